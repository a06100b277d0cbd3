"""Builds the files of the lessons from their sources, and tells whether the built files are fresh.

source.py reads a source, labels.py derives nbgrader's metadata of each cell, instructor_notebook.py makes the
notebook with all answers, first_pictures.py draws what it shows on top, and nbgrader makes the learner's
notebook from it. start_page.py makes the notebook that `make lab` opens, readme.py the README's tables.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import nbformat

from grader import lessons
from grader.authoring.first_pictures import write_first_picture
from grader.authoring.instructor_notebook import instructor_notebook
from grader.authoring.readme import with_tables
from grader.authoring.source import BuildError
from grader.authoring.start_page import start_page
from grader.classroom.course.generate_assignment import ConversionFailed
from grader.classroom.course.release import generate_release
from grader.lessons import Lesson

README = Path("README.md")
START_PAGE = Path("start.ipynb")


def build(root: Path, names: Iterable[str] | None = None) -> list[Path]:
    """Build the instructor's and the learner's notebook of the lessons `names`, by default all, below `root`.

    Returns the files that changed. Raises `BuildError`.
    """
    with tempfile.TemporaryDirectory() as scratch:
        built = _build_into(Path(scratch), root, names)
        return [root / file for file in built if _copy_if_changed(Path(scratch) / file, root / file)]


def check_fresh(root: Path) -> None:
    """Raise `BuildError` with the name of every built file that differs from what its source gives."""
    with tempfile.TemporaryDirectory() as scratch:
        built = _build_into(Path(scratch), root, None)
        stale = [file for file in built if not _is_same(Path(scratch) / file, root / file)]
    orphans = sorted(_notebook_folders(root) - {file.parent for file in built})
    problems = [f"{file} is not what its source gives" for file in stale]
    problems += [f"{folder} has no source in solutions/" for folder in orphans]
    if problems:
        remedy = "Run `make build` and commit what it changes"
        remedy += "; delete the folders without a source." if orphans else "."
        raise BuildError("\n".join([*problems, remedy]))


def sources(root: Path) -> list[Path]:
    """The lessons' sources, in the order of the course."""
    return sorted((root / "solutions").glob("[0-9][0-9]_*.py"))


def _build_into(scratch: Path, root: Path, names: Iterable[str] | None) -> list[Path]:
    """Build below `scratch`, and return the built files, relative to it."""
    wanted = [_source(root, name) for name in names] if names is not None else sources(root)
    if not wanted:
        raise BuildError(f"{root} has no lesson's source in solutions/: build in a clone of the repository.")
    built = []
    for source in wanted:
        notebook = instructor_notebook(source)
        folder = Path("solutions") / source.stem
        if (root / folder).is_dir():  # the release includes the lesson's data files
            shutil.copytree(
                root / folder, scratch / folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints")
            )
        (scratch / folder).mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, scratch / folder / f"{source.stem}.ipynb")
        picture = write_first_picture(source.stem, scratch / folder)
        released = _release(scratch, source.stem, config_folder=root).parent
        built.append(folder / f"{source.stem}.ipynb")
        built += [folder / picture.name] if picture else []
        built += [
            file.relative_to(scratch.resolve()) for file in sorted(released.rglob("*")) if file.is_file()
        ]
    if names is None and (root / README).is_file():
        course = [lessons.load(name) for name in lessons.names()]
        built += [README, START_PAGE]
        (scratch / README).write_text(_readme(root / README, course), encoding="utf-8")
        nbformat.write(start_page(course), scratch / START_PAGE)
    return built


def _release(root: Path, lesson: str, config_folder: Path) -> Path:
    try:
        return generate_release(root, lesson, config_folder)
    except ConversionFailed as failure:
        raise BuildError(f"{lesson}: nbgrader generate_assignment failed.\n{failure}") from failure


def _readme(file: Path, course: list[Lesson]) -> str:
    """The text of the README with its tables as they are now."""
    try:
        return with_tables(file.read_text(encoding="utf-8"), course)
    except ValueError as error:
        raise BuildError(f"{file}: {error}") from error


def _source(root: Path, name: str) -> Path:
    source = root / "solutions" / f"{name}.py"
    if not source.is_file():
        raise BuildError(f"{source}: there is no such file. Name a lesson that has its source in solutions/.")
    return source


def _notebook_folders(root: Path) -> set[Path]:
    """The folders of lessons that hold a notebook, relative to `root`."""
    folders = (root / kind for kind in ("solutions", "notebooks"))
    return {
        path.parent.relative_to(root) for folder in folders for path in folder.glob("[0-9][0-9]_*/*.ipynb")
    }


def _is_same(new: Path, old: Path) -> bool:
    return old.is_file() and new.read_bytes() == old.read_bytes()


def _copy_if_changed(new: Path, old: Path) -> bool:
    if _is_same(new, old):
        return False
    old.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(new, old)
    return True
