"""A course folder: its nbgrader configuration, its gradebook and its log."""

from __future__ import annotations

import logging
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

from grader.learner.library_code import ROOT

CONFIG_FILE = "nbgrader_config.py"
LOG_FILE = "grading.log"
CONFIG_TEXT = f"c = get_config()\nload_subconfig({CONFIG_FILE!r}, path={str(ROOT)!r})\n"
"""The `nbgrader_config.py` of a course folder outside the repository."""
_LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"


class Course:
    """The course folder `root`, with its own configuration or that of the folder `config_folder`.

    nbgrader's messages go to `log_file`, if there is one. With `is_isolated=False`, submissions run without a
    sandbox. Raises `FileNotFoundError` if there is no configuration.
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

    def nbgrader_folders(self, **traits: str) -> CourseDirectory:
        """Return nbgrader's object for the folders of the course."""
        return CourseDirectory(config=self.config, root=str(self.root), log=self.log, **traits)

    def gradebook(self) -> Gradebook:
        """Open the gradebook, a context manager."""
        folders = self.nbgrader_folders()
        return Gradebook(folders.db_url, folders.course_id)


def _read_config(file: Path) -> Config:
    if not file.is_file():
        raise FileNotFoundError(file)
    return PyFileConfigLoader(file.name, path=str(file.parent)).load_config()


def _logger(file: Path | None) -> logging.Logger:
    logger = logging.Logger("grader.nbgrader", logging.INFO)  # without a parent, whose handlers would print
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.NullHandler()
    handler.setFormatter(logging.Formatter(_LOG_FORMAT))
    logger.addHandler(handler)
    return logger
