"""A course folder as nbgrader sees it, and nbgrader's converters at work in it without a word."""

from __future__ import annotations

import glob
import logging
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

from grader.classroom.errors import BadSubmission
from grader.classroom.run import Run

CONFIG_FILE = "nbgrader_config.py"
_LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"


class ConversionFailed(Exception):
    """A converter of nbgrader failed. `reason` is the exception of the first traceback it logged."""

    def __init__(self, errors: list[str]):
        super().__init__("\n".join(errors))
        tracebacks = [text for text in errors if text.startswith("Traceback")]
        self.reason = _exception_in(tracebacks[0]) if tracebacks else errors[0].strip()


def _exception_in(traceback: str) -> str:
    """The line that names the exception: the first one below the frames, which are indented."""
    lines = traceback.strip().splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith("  ")]
    return lines[min(frames[-1] + 1, len(lines) - 1)] if frames else lines[-1]


class Course:
    """The folder `root` with its own configuration, or with the one of another folder.

    What nbgrader has to say goes to the file `log`, if there is one. `is_isolated` unset, submissions run
    without a sandbox.
    """

    def __init__(
        self, root: Path, like: Path | None = None, log: Path | None = None, is_isolated: bool = True
    ):
        self.root = Path(root).resolve()
        self.config = _read_config(Path(like or root).resolve() / CONFIG_FILE)
        if like:  # never the other folder's gradebook
            self.config.CourseDirectory.db_url = f"sqlite:///{self.root / 'gradebook.db'}"
        if not is_isolated:
            self.config.Run.is_isolated = False
        self.log = _log_to(log)

    def folder(self, step: str, lesson: str, student: str = ".") -> Path:
        """Where a lesson is kept; `step` is source, release, submitted, autograded or feedback.

        Links are not followed: whoever handed one in would be taken for whom it leads to.
        """
        folders = self._directory()
        return self.root / folders.format_path(getattr(folders, f"{step}_directory"), student, lesson)

    def notebook(self, step: str, lesson: str, student: str = ".") -> Path:
        """The notebook of a lesson, which has the lesson's name."""
        return self.folder(step, lesson, student) / f"{lesson}.ipynb"

    def students(self, step: str, lesson: str) -> list[str]:
        """Who has a folder for this lesson at this step."""
        paths = self.folder(step, lesson, "*")
        depth = len(self.root.parts)
        anywhere = self.root.glob(str(Path(*paths.parts[depth:])))
        position = paths.parts.index("*")
        return sorted(path.parts[position] for path in anywhere if path.is_dir())

    def gradebook(self) -> Gradebook:
        """The open gradebook, a context manager."""
        folders = self._directory()
        return Gradebook(folders.db_url, folders.course_id)

    def convert(self, converter: type[BaseConverter], lesson: str, student: str = ".") -> None:
        """Run one of nbgrader's converters, replacing what it made before.

        Raises `ConversionFailed` with the errors that nbgrader logged.
        """
        self._start(self._job(converter, lesson, student))

    def run(self, lesson: str, student: str) -> NotebookNode:
        """A submission as it looks when it has run: repaired as Autograde does it, and executed.

        Nothing is written to the gradebook, so several submissions may run at once.
        """
        job = self._job(Autograde, lesson, student)
        exporter = job.exporter_class(parent=job, config=job.config)
        submitted = str(self.notebook("submitted", lesson, student))
        for step in (*job.sanitize_preprocessors, Run):
            exporter.register_preprocessor(step)
        text, _ = exporter.from_filename(submitted, job.init_single_notebook_resources(submitted))
        return nbformat.reads(text, as_version=4)

    def record(self, lesson: str, student: str, executed: NotebookNode) -> None:
        """Autograde a submission that `run` has run: all of nbgrader's steps but the execution."""
        job = self._job(Autograde, lesson, student)
        steps = [step for step in job.autograde_preprocessors if not _executes(step)]
        job.autograde_preprocessors = [lambda _, resources: (executed, resources), *steps]
        self._start(job)

    def _directory(self, **traits) -> CourseDirectory:
        return CourseDirectory(config=self.config, root=str(self.root), log=self.log, **traits)

    def _job(self, converter: type[BaseConverter], lesson: str, student: str) -> BaseConverter:
        if glob.has_magic(student):
            # nbgrader takes it for a pattern: what is graded would count for everybody whom it fits.
            raise BadSubmission(f"A folder can't be called {student!r}. Rename it, then grade again.")
        folders = self._directory(assignment_id=lesson, student_id=student)
        return converter(coursedir=folders, config=self.config.copy(), log=self.log, force=True)

    def _start(self, job: BaseConverter) -> None:
        errors = _Errors()
        self.log.addHandler(errors)
        try:
            job.start()
        except NbGraderException as failure:
            raise ConversionFailed(errors.texts or [str(failure)]) from failure
        finally:
            self.log.removeHandler(errors)


class _Errors(logging.Handler):
    """Collects what is logged as an error."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def _executes(step) -> bool:
    name = step if isinstance(step, str) else getattr(step, "__name__", "")
    return name.rpartition(".")[2] in ("Run", "Execute")


def _read_config(path: Path) -> Config:
    if not path.is_file():
        raise FileNotFoundError(path)
    return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()


def _log_to(file: Path | None) -> logging.Logger:
    log = logging.Logger("grader.nbgrader", logging.INFO)  # its own, so that nobody else's handlers speak
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.NullHandler()
    handler.setFormatter(logging.Formatter(_LOG_FORMAT))
    log.addHandler(handler)
    return log
