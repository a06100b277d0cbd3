"""The step of nbgrader's autograding that runs a submission in sandboxes and judges its functions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_solution
from traitlets import Bool, Float, Integer

from grader.classroom.cells import is_test
from grader.classroom.course.course_references import course_references
from grader.classroom.course.course_seed import course_seed
from grader.classroom.grading_notes import set_stopped
from grader.classroom.run.judge_notebook import Judge, is_judged, judge_notebook, judged_exercises
from grader.classroom.run.notebook_outputs import outputs_of_cells
from grader.classroom.run.submitted_files import read_data_files
from grader.diagnosis.references import LIVE
from grader.isolation.limits import MIB, NOTEBOOK_LIMITS, Limits
from grader.isolation.submission import STOPPED, SubmissionProcess
from grader.judge import judge

_COUNTS = ("cell_seconds", "submission_seconds", "cpu_seconds", "tasks", "open_files")
_SIZES = ("memory", "folder", "file_size", "files_size", "output", "outputs")
# Not configurable for the run with TensorFlow, which asks for more of these than functions should have.
_OF_FUNCTIONS_ONLY = ("memory", "cpu_seconds", "tasks")


class Run(NbGraderPreprocessor):
    """Runs a notebook twice at once, each time in a sandbox of its own.

    One run, with TensorFlow, gives the outputs of the learner's cells. The other, without it, gives the
    functions: they are called at each test cell, and what they return is judged here, outside the sandbox.

    A test cell of no exercise is an ordinary test, such as an instructor's assertions. It belongs to the
    first run, and nbgrader scores its outputs.
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
    live_references = Bool(
        False,
        help="Whether TensorFlow computes the references anew in each grading process, and not only once for "
        "the course and its secret seed.",
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
        """Replace all outputs. Raises `BadSubmission`, `SeedError` or `sandbox.SandboxError`."""
        course, names = self.parent.parent.coursedir, resources["nbgrader"]
        seed, files = course_seed(Path(course.root)), self._data_files(course, names)
        exercises = judged_exercises(names["assignment"])
        judge_call = self._judge_call(Path(course.root), names["assignment"], seed) if exercises else judge
        executed = [cell for cell in nb.cells if cell.cell_type == "code" and not is_judged(cell, exercises)]
        with ThreadPoolExecutor(1) as thread:
            outputs = thread.submit(self._outputs, executed, files)
            with self._process(files) as process:
                judge_notebook(
                    nb,
                    process,
                    exercises,
                    judge_call,
                    lesson_cells=_lesson_cells(course, names["assignment"]),
                )
                stopped = _stopped(process)
            for cell, cell_outputs in zip(executed, outputs.result(), strict=True):
                cell.outputs = cell_outputs
        nb = nbformat.from_dict(nb)
        _number_cells(nb)
        if stopped:
            set_stopped(nb, stopped)
        return nb, resources

    def _judge_call(self, course: Path, lesson: str, seed: int) -> Judge:
        """Return `judge` with the options for a lesson of a course."""
        references = LIVE if self.live_references else course_references(course, lesson, seed)
        options = {"references": references, "carried_forward": self.carries_errors_forward}
        return partial(judge, seed=seed, **options)

    def _process(self, files: dict[str, bytes]) -> SubmissionProcess:
        return SubmissionProcess(limits=self._limits(Limits()), is_isolated=self.is_isolated, files=files)

    def _limits(self, defaults: Limits) -> Limits:
        """Return `defaults` with the limits that are configured."""
        left_out = _OF_FUNCTIONS_ONLY if defaults is NOTEBOOK_LIMITS else ()
        configured = {name: getattr(self, name) for name in (*_COUNTS, *_SIZES) if name not in left_out}
        return replace(defaults, **{name: n * MIB if name in _SIZES else n for name, n in configured.items()})

    def _outputs(self, cells: list[NotebookNode], files: dict[str, bytes]) -> list[list[NotebookNode]]:
        """Return the outputs of the cells: without `shows_outputs`, of ordinary tests only."""
        if not self.shows_outputs and not any(map(is_test, cells)):
            return [[] for _ in cells]
        sources = [cell.source for cell in cells]
        limits = self._limits(NOTEBOOK_LIMITS)
        outputs = outputs_of_cells(sources, limits, files, is_isolated=self.is_isolated)
        kept = (self.shows_outputs or is_test(cell) for cell in cells)
        return [made if is_kept else [] for made, is_kept in zip(outputs, kept, strict=True)]

    def _data_files(self, course: CourseDirectory, names: dict) -> dict[str, bytes]:
        """Return the data files of the submission, replaced by the lesson's own of the same names."""
        folders = [
            Path(course.format_path(course.submitted_directory, names["student"], names["assignment"])),
            Path(course.format_path(course.source_directory, ".", names["assignment"])),
        ]
        return read_data_files(folders, course.ignore, self.files_size * MIB)


def _lesson_cells(course: CourseDirectory, lesson: str) -> frozenset[str]:
    """Return the texts of the code cells in the release, without those that are for answers."""
    release = Path(course.format_path(course.release_directory, ".", lesson)) / f"{lesson}.ipynb"
    if not release.is_file():
        return frozenset()
    cells = nbformat.read(release, as_version=4).cells
    return frozenset(cell.source for cell in cells if cell.cell_type == "code" and not is_solution(cell))


def _stopped(process: SubmissionProcess) -> tuple[str, ...]:
    """Return what the sandbox stopped, except for TensorFlow: the lessons themselves import it."""
    return tuple(action for action in process.stopped if action != STOPPED["library"])


def _number_cells(nb: NotebookNode) -> None:
    """Number the code cells as a kernel would."""
    code = (cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip())
    for count, cell in enumerate(code, 1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
