"""Runs nbgrader's converter that makes a release, silently."""

from __future__ import annotations

import logging

from grader.classroom.course.assignment import Assignment
from grader.classroom.slow_imports import without_address_grammar

with without_address_grammar():
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException


class ConversionFailed(Exception):
    """The converter failed. `reason` is the exception of the first traceback that it logged."""

    def __init__(self, errors: list[str]):
        super().__init__("\n".join(errors))
        tracebacks = [text for text in errors if text.startswith("Traceback")]
        self.reason = _exception_line(tracebacks[0]) if tracebacks else errors[0].strip()


def _exception_line(traceback: str) -> str:
    """Return the line that names the exception: the first one below the frames, which are indented."""
    lines = traceback.strip().splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith("  ")]
    return lines[min(frames[-1] + 1, len(lines) - 1)] if frames else lines[-1]


def generate_assignment(assignment: Assignment, *, with_gradebook: bool = True) -> None:
    """Let nbgrader release the lesson; an old release is replaced.

    The gradebook learns of it, unless `with_gradebook` is unset: to make a gradebook takes seconds. Raises
    `ConversionFailed` with the errors that nbgrader logged.
    """
    course, errors = assignment.course, _ErrorCollector()
    folders = course.nbgrader_folders(assignment_id=assignment.lesson, student_id=".")
    config = course.config.copy()
    if not with_gradebook:
        config.GenerateAssignment.no_database, config.SaveCells.enabled = True, False
    converter = GenerateAssignment(coursedir=folders, config=config, log=course.log, force=True)
    converter.log.addHandler(errors)
    try:
        converter.start()
    except NbGraderException as failure:
        raise ConversionFailed(errors.messages or [str(failure)]) from failure
    finally:
        converter.log.removeHandler(errors)


class _ErrorCollector(logging.Handler):
    """Collects the messages that are logged as errors."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
