"""Makes a course folder of an instructor's own from the course as it comes."""

from __future__ import annotations

import shutil
from pathlib import Path

from grader.classroom.course.course_folder import CONFIG_FILE, CONFIG_TEXT
from grader.classroom.errors import ClassroomError
from grader.lessons.shipped_files import SHIPPED

SOURCE, RELEASE, SUBMITTED = "solutions", "notebooks", "submitted"
_IGNORED = shutil.ignore_patterns("*.py", "__pycache__", ".ipynb_checkpoints")


def make_course_folder(folder: Path) -> None:
    """Write configuration, sources and release of all lessons, and an empty `submitted/`, into `folder`.

    The folder is made if need be. Raises `ClassroomError` if one of them is there already, or if the folder
    cannot be written; nothing that is there is changed.
    """
    present = [name for name in (CONFIG_FILE, SOURCE, RELEASE) if (folder / name).exists()]
    if present:
        raise ClassroomError(
            f"{folder.resolve()} has {' and '.join(present)} already, and nothing is overwritten. "
            "Name a folder that is empty or new, such as `grader init my-course`."
        )
    try:
        for name in (SOURCE, RELEASE):
            shutil.copytree(SHIPPED / name, folder / name, ignore=_IGNORED)
        (folder / SUBMITTED).mkdir(exist_ok=True)
        (folder / CONFIG_FILE).write_text(CONFIG_TEXT, encoding="utf-8")
    except OSError as error:
        raise ClassroomError(f"No course folder can be written at {folder.resolve()}: {error}") from error
