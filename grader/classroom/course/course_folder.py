"""A course folder: its nbgrader configuration, its gradebook and its log."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets.config import Config, LazyConfigValue, PyFileConfigLoader

from grader.classroom.errors import ClassroomError
from grader.classroom.gradebook import Gradebook
from grader.classroom.run.settings import Settings, read_settings
from grader.isolation.foreign_text import InertFormatter
from grader.lessons.shipped_files import SHIPPED

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

CONFIG_FILE = "nbgrader_config.py"
LOG_FILE = "grading.log"
CONFIG_TEXT = f"c = get_config()\nload_subconfig({CONFIG_FILE!r}, path={str(SHIPPED)!r})\n"
"""The `nbgrader_config.py` of a course folder of an instructor's own."""
_LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"


@dataclass(frozen=True)
class CourseFolders:
    """The settings of `c.CourseDirectory` that grading needs, with nbgrader's defaults."""

    root: str
    directory_structure: str = os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}")
    source_directory: str = "source"
    release_directory: str = "release"
    submitted_directory: str = "submitted"
    autograded_directory: str = "autograded"
    feedback_directory: str = "feedback"
    ignore: tuple[str, ...] = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")
    groupshared: bool = False
    course_id: str = ""
    db_url: str = ""

    @classmethod
    def of(cls, config: Config, root: Path) -> CourseFolders:
        """Return the settings of a configuration for the course folder `root`, whatever root it names."""
        section = config.CourseDirectory
        defaults = {field.name: field.default for field in fields(cls) if field.name != "root"}
        defaults["db_url"] = f"sqlite:///{root / 'gradebook.db'}"
        values = {name: _value(section.get(name, default), default) for name, default in defaults.items()}
        values |= {"ignore": tuple(values["ignore"]), "course_id": values["course_id"].strip()}
        return cls(root=str(root), **values)

    def path(self, step: str, student: str, lesson: str) -> Path:
        """Return the folder of a lesson and student at a step; links are not resolved."""
        names = {"student_id": student, "assignment_id": lesson}
        directory = getattr(self, f"{step}_directory")
        return Path(self.root, self.directory_structure.format(nbgrader_step=directory, **names))


class Course:
    """The course folder `root`, with its own configuration or that of the folder `config_folder`.

    nbgrader's messages go to `log_file`, if there is one. With `is_isolated=False`, submissions run without a
    sandbox. Raises `FileNotFoundError` if there is no configuration, `ClassroomError` if it loads that of the
    course from where it is not.
    """

    def __init__(
        self,
        root: Path,
        config_folder: Path | None = None,
        log_file: Path | None = None,
        is_isolated: bool = True,
    ):
        self.root = Path(root).resolve()
        self.config = _read_config(Path(config_folder or root).resolve() / CONFIG_FILE)
        if config_folder:  # never use the gradebook of that folder
            self.config.CourseDirectory.db_url = f"sqlite:///{self.root / 'gradebook.db'}"
        if not is_isolated:
            self.config.Run.is_isolated = False
        self.log = _logger(log_file)
        self.folders = CourseFolders.of(self.config, self.root)
        self._gradebook = Gradebook(self.folders.db_url, self.config, self.log)

    @cached_property
    def settings(self) -> Settings:
        """How submissions run."""
        return read_settings(self.config)

    def gradebook(self) -> Gradebook:
        """Return the gradebook of the course."""
        return self._gradebook

    def nbgrader_folders(self, **traits: str) -> CourseDirectory:
        """Return nbgrader's object for the folders of the course, which its converters need."""
        from nbgrader.coursedir import CourseDirectory

        return CourseDirectory(config=self.config, root=str(self.root), log=self.log, **traits)


def _value(given: Any, default: Any) -> Any:
    """Return the value of a setting; `c.X.y.append(...)` in a configuration adds to the default."""
    if not isinstance(given, LazyConfigValue):
        return given
    return given.get_value(list(default) if isinstance(default, tuple) else default)


def _read_config(file: Path) -> Config:
    if not file.is_file():
        raise FileNotFoundError(file)
    return _ConfigLoader(file.name, path=str(file.parent)).load_config()


class _ConfigLoader(PyFileConfigLoader):
    """Loads a configuration as nbgrader does, but for a missing configuration of the course.

    nbgrader passes it over, and looks for lessons in folders that are not there. It is missing where a
    course folder, or the course, was moved.
    """

    def load_subconfig(self, fname: str, path: str | None = None) -> None:
        file = Path(path or self.path, fname)
        if file.name == CONFIG_FILE and not file.is_file():
            raise ClassroomError(
                f"{self.full_filename} loads {file}, which is not there. Name the course's folder in it:\n"
                f"  load_subconfig({CONFIG_FILE!r}, path={str(SHIPPED)!r})"
            )
        super().load_subconfig(fname, path)


def _logger(file: Path | None) -> logging.Logger:
    logger = logging.Logger("grader.nbgrader", logging.INFO)  # without a parent, whose handlers would print
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.NullHandler()
    handler.setFormatter(InertFormatter(_LOG_FORMAT))
    handler.handleError = lambda record: None  # the disk is full: who writes more than a log says so
    logger.addHandler(handler)
    return logger
