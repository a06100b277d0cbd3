"""Runs a submission in sandboxes, judges it from outside, and lets no test earn points without a verdict."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fnmatch import fnmatch
from functools import cache, partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets import Bool, Float, Integer

from grader import lessons
from grader.classroom.course_seed import course_seed
from grader.classroom.notebook_outputs import error_output, show
from grader.classroom.repair import KEY
from grader.diagnosis.case_results import referenced_cases
from grader.feedback.render import MIME_TYPE
from grader.feedback.verdict import Verdict
from grader.isolation.limits import MIB, SHOWING, Limits
from grader.isolation.process import STOPPED, SubmissionProcess
from grader.judge import judge, missing
from grader.lessons import Exercise
from utils.tensorflow import silence

# TensorFlow, Matplotlib and the silence around them are for one thread at a time.
_ONE_AT_A_TIME = threading.Lock()
_COUNTS = ("cell_seconds", "submission_seconds", "cpu_seconds", "tasks", "open_files")
_SIZES = ("memory", "folder", "file_size", "files_size", "output", "outputs")
_OF_TENSORFLOW = ("memory", "cpu_seconds", "tasks")
_NOT_RUN = "An earlier cell ended or blocked Python, so this function could not be tried."


class BadSubmission(Exception):
    """What was handed in can't be graded; the message says why and what to do."""


class Run(NbGraderPreprocessor):
    """Runs a notebook twice, each time in a sandbox of its own: once for what it shows, with TensorFlow, and
    once without it for its functions, which are called at each test cell and judged here, outside.
    """

    is_isolated = Bool(
        True,
        help="Unset, there is no sandbox: submissions can read and change all that you can. Grade only "
        "people whom you trust as you trust yourself.",
    ).tag(config=True)
    shows_outputs = Bool(True, help="Whether to run the notebook for its outputs, too.").tag(config=True)
    carries_errors_forward = Bool(
        False,
        help="Whether an error costs points once: a part that is wrong earns its points if it is right given "
        "the submission's own earlier parts. The verdict says which these are in any case.",
    ).tag(config=True)
    cell_seconds = Float(Limits.cell_seconds, help="How long a cell may run.").tag(config=True)
    submission_seconds = Float(
        Limits.submission_seconds, help="How long all cells and calls of a submission may take together."
    ).tag(config=True)
    cpu_seconds = Integer(
        Limits.cpu_seconds, help="Processor time of the functions' sandbox, all threads together, in seconds."
    ).tag(config=True)
    memory = Integer(Limits.memory // MIB, help="Memory of the functions' sandbox, in MiB.").tag(config=True)
    tasks = Integer(Limits.tasks, help="Threads in the functions' sandbox.").tag(config=True)
    open_files = Integer(Limits.open_files, help="Files that may be open at once.").tag(config=True)
    folder = Integer(
        Limits.folder // MIB, help="Size of the working folder, which lies in memory, in MiB."
    ).tag(config=True)
    file_size = Integer(Limits.file_size // MIB, help="Size of one file in it, in MiB.").tag(config=True)
    files_size = Integer(
        Limits.files_size // MIB, help="Size of all data files handed in with a notebook, in MiB."
    ).tag(config=True)
    output = Integer(Limits.output // MIB, help="Size of what one cell shows, in MiB.").tag(config=True)
    outputs = Integer(Limits.outputs // MIB, help="Size of what all cells show, in MiB.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Replace all outputs. Raises `BadSubmission` or `sandbox.SandboxError`; then nothing is graded."""
        course, names = self.parent.parent.coursedir, resources["nbgrader"]
        seed, files = course_seed(Path(course.root)), self._files(course, names)
        exercises = _exercises(names["assignment"], seed)
        with ThreadPoolExecutor(1) as aside:
            shown = aside.submit(self._show, nb, files)
            stopped = self._judge(nb, exercises, seed, files, self._own_cells(course, names["assignment"]))
            for cell, outputs in zip(_learners_cells(nb), shown.result(), strict=True):
                cell.outputs = outputs
        _number(nb)
        if stopped:
            nb.metadata[KEY] = {**nb.metadata.get(KEY, {}), "stopped": list(stopped)}
        return nb, resources

    def _limits(self, like: Limits) -> Limits:
        """The limits as configured; the run that shows keeps its own for what TensorFlow asks for."""
        kept = _OF_TENSORFLOW if like is SHOWING else ()
        chosen = {name: getattr(self, name) for name in (*_COUNTS, *_SIZES) if name not in kept}
        return replace(like, **{name: n * MIB if name in _SIZES else n for name, n in chosen.items()})

    def _show(self, nb: NotebookNode, files: dict[str, bytes]) -> list[list[NotebookNode]]:
        cells = [cell.source for cell in _learners_cells(nb)]
        if not self.shows_outputs:
            return [[] for _ in cells]
        return show(cells, self._limits(SHOWING), files, is_isolated=self.is_isolated)

    def _judge(
        self, nb: NotebookNode, exercises: Mapping[str, Exercise], seed: int, files: dict, own: frozenset[str]
    ) -> tuple[str, ...]:
        """Give each test cell its verdict. Returns what the sandbox stopped.

        Cells that are the lesson's `own` run as far as the functions need them.
        That TensorFlow was not there is no finding: lessons themselves import it.
        """
        limits = self._limits(Limits())
        with SubmissionProcess(limits=limits, is_isolated=self.is_isolated, files=files) as process:
            for number, cell in enumerate(nb.cells, 1):
                if cell.cell_type != "code":
                    continue
                if not _is_test(cell):
                    process.run(cell.source, f"<cell {number}>", waits=cell.source in own)
                    continue
                exercise = exercises.get(_function_of(cell))
                cell.outputs = [] if exercise is None else [self._tested(exercise, process, seed)]
            return tuple(found for found in process.stopped if found != STOPPED["library"])

    def _own_cells(self, course, lesson: str) -> frozenset[str]:
        """The text of the lesson's cells that are nobody's answer."""
        release = Path(course.format_path(course.release_directory, ".", lesson)) / f"{lesson}.ipynb"
        if not release.is_file():
            return frozenset()
        cells = nbformat.read(release, as_version=4).cells
        return frozenset(cell.source for cell in cells if cell.cell_type == "code" and not is_solution(cell))

    def _tested(self, exercise: Exercise, process: SubmissionProcess, seed: int) -> NotebookNode:
        if process.hung or process.ended:
            return error_output("NotRun", _NOT_RUN)
        if exercise.name not in process.defined:
            return _result(missing(exercise))
        ask = partial(process.ask, exercise.name)
        return _result(judge(exercise, ask, seed, carried_forward=self.carries_errors_forward))

    def _files(self, course, names: dict) -> dict[str, bytes]:
        """The data files of the submission, and over them the lesson's, as nbgrader lays them out."""
        places = [
            Path(course.format_path(course.submitted_directory, names["student"], names["assignment"])),
            Path(course.format_path(course.source_directory, ".", names["assignment"])),
        ]
        found: dict[str, bytes] = {}
        for place in places:
            left = self.files_size * MIB
            for file in (file for file in _data_files(place) if not _is_ignored(file, course.ignore)):
                found[str(file)] = _content(place / file, left)
                left -= len(found[str(file)])
                if left < 0:
                    raise BadSubmission(f"There are more than {self.files_size} MiB of files here: {place}")
        return found


class DemandVerdict(NbGraderPreprocessor):
    """A test cell earns points by the verdict it shows: without one, it shows an error and earns none."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        if _is_test(cell):
            problem = _problem(cell)
            if problem:
                cell.outputs = [error_output("NoVerdict", problem), *cell.outputs]
        return cell, resources


@cache
def _prepared(lesson: str, seed: int) -> None:
    """Load TensorFlow and compute all references of a lesson."""
    with silence():
        for exercise in lessons.load(lesson).exercises.values():
            referenced_cases(exercise, seed)


def _exercises(lesson: str, seed: int) -> Mapping[str, Exercise]:
    """The exercises of a lesson, ready to be judged; none of an assignment that is no lesson."""
    if lesson not in lessons.names():
        return {}
    with _ONE_AT_A_TIME:
        _prepared(lesson, seed)
    return lessons.load(lesson).exercises


# --- Cells ----------------------------------------------------------------------------------------


def _is_test(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def _learners_cells(nb: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in nb.cells if cell.cell_type == "code" and not _is_test(cell)]


def _function_of(test: NotebookNode) -> str:
    return test.metadata.nbgrader["grade_id"].removeprefix("test_")


def _result(verdict: Verdict) -> NotebookNode:
    with _ONE_AT_A_TIME:
        return new_output("execute_result", verdict._repr_mimebundle_())


def _number(nb: NotebookNode) -> None:
    """Number the cells as a kernel would."""
    code = (cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip())
    for count, cell in enumerate(code, 1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count


def _problem(cell: NotebookNode) -> str | None:
    if any(output.output_type == "error" for output in cell.outputs):
        return None  # nothing is earned already
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    if not any(MIME_TYPE in result.data for result in results):
        return "This test gave no verdict: the lesson has no exercise of its name."
    try:
        earned = float(results[0].data["text/plain"])
    except (KeyError, TypeError, ValueError):
        return "The verdict of this test has no score."
    if not 0 <= earned <= cell.metadata.nbgrader["points"]:
        return f"The verdict of this test has a score of {earned:g}, which it cannot have."
    return None


# --- Files ----------------------------------------------------------------------------------------


def _data_files(place: Path) -> Iterator[Path]:
    """The files in a folder, relative to it. Raises `BadSubmission` for a link, which may lead anywhere."""
    if place.is_symlink():
        raise BadSubmission(f"{place} is a link. Put a folder there, then grade again.")
    for top, folders, files in os.walk(place):
        for name in (*folders, *files):
            path = Path(top) / name
            mode = path.lstat().st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise BadSubmission(
                    f"{path.relative_to(place)} is a link or no file. Remove it, then grade again."
                )
            if stat.S_ISREG(mode):
                yield path.relative_to(place)


def _is_ignored(file: Path, patterns: list[str]) -> bool:
    return any(fnmatch(part, pattern) for part in file.parts for pattern in ("*.ipynb", *patterns))


def _content(file: Path, limit: int) -> bytes:
    """The first bytes of a file, one more than `limit` at most."""
    with open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
        return opened.read(limit + 1)
