"""Runs nbgrader's converters silently, with autograding in two steps: the run, and the record of it."""

from __future__ import annotations

import glob
import logging

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException

from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.errors import BadSubmission
from grader.classroom.run.run import Run


class ConversionFailed(Exception):
    """A converter of nbgrader failed. `reason` is the exception of the first traceback that it logged."""

    def __init__(self, errors: list[str]):
        super().__init__("\n".join(errors))
        tracebacks = [text for text in errors if text.startswith("Traceback")]
        self.reason = _exception_line(tracebacks[0]) if tracebacks else errors[0].strip()


def _exception_line(traceback: str) -> str:
    """Return the line that names the exception: the first one below the frames, which are indented."""
    lines = traceback.strip().splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith("  ")]
    return lines[min(frames[-1] + 1, len(lines) - 1)] if frames else lines[-1]


def convert(converter: type[BaseConverter], assignment: Assignment, student: str = ".") -> None:
    """Run a converter for an assignment or, with `student`, for one submission; its old results are replaced.

    Raises `ConversionFailed` with the errors that nbgrader logged, and `BadSubmission` for a student's name
    that is a pattern to nbgrader.
    """
    _start(_instance(converter, assignment, student))


def run_submission(submission: Submission) -> NotebookNode:
    """Return the submitted notebook, repaired as nbgrader's `Autograde` does it and executed.

    Nothing is written, so that several submissions may run at once. Raises what reading the notebook,
    `Repair` and `Run` raise.
    """
    autograde = _instance(Autograde, submission.assignment, submission.student)
    exporter = autograde.exporter_class(parent=autograde, config=autograde.config)
    for preprocessor in (*autograde.sanitize_preprocessors, Run):
        exporter.register_preprocessor(preprocessor)
    file = str(submission.notebook("submitted"))
    text, _ = exporter.from_filename(file, autograde.init_single_notebook_resources(file))
    return nbformat.reads(text, as_version=4)


def record_run(submission: Submission, executed: NotebookNode) -> None:
    """Autograde a submission with `executed`, the result of `run_submission`, in the place of an execution.

    Raises `ConversionFailed`.
    """
    autograde = _instance(Autograde, submission.assignment, submission.student)
    others = [step for step in autograde.autograde_preprocessors if not _is_execution(step)]
    autograde.autograde_preprocessors = [lambda _, resources: (executed, resources), *others]
    _start(autograde)


def _instance(converter: type[BaseConverter], assignment: Assignment, student: str) -> BaseConverter:
    if glob.has_magic(student):  # nbgrader would record the marks for every student whose name fits
        raise BadSubmission(f"A folder can't be called {student!r}. Rename it, then grade again.")
    course = assignment.course
    folders = course.nbgrader_folders(assignment_id=assignment.lesson, student_id=student)
    return converter(coursedir=folders, config=course.config.copy(), log=course.log, force=True)


def _start(converter: BaseConverter) -> None:
    errors = _ErrorCollector()
    converter.log.addHandler(errors)
    try:
        converter.start()
    except NbGraderException as failure:
        raise ConversionFailed(errors.messages or [str(failure)]) from failure
    finally:
        converter.log.removeHandler(errors)


def _is_execution(preprocessor: str | type) -> bool:
    name = preprocessor if isinstance(preprocessor, str) else getattr(preprocessor, "__name__", "")
    return name.rpartition(".")[2] in ("Run", "Execute")


class _ErrorCollector(logging.Handler):
    """Collects the messages that are logged as errors."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
