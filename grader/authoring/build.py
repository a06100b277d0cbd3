"""Builds the notebooks of a lesson from its one source, `solutions/NN_topic.py`.

The source says what a cell is, nobody writes nbgrader's metadata by hand:

- the first code cell, with `LESSON = `, is locked;
- a code cell with a `### BEGIN SOLUTION` region is the answer to the exercise whose function it defines;
- a code cell that is `check(name)` and nothing else is the test of that exercise;
- a Markdown cell with such a region is marked by hand, for the `(4 points)` that its text names;
- any other cell is the learner's to play with.
"""

from __future__ import annotations

import ast
import hashlib
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from grader import lessons
from grader.authoring.readme import with_lessons
from grader.classroom.nbgrader_converters import ConversionFailed
from grader.classroom.release import generate_release
from grader.lessons import Lesson, UnknownLesson

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
SETUP = "setup"
README = Path("README.md")
ANSWER = "answer"
_CHECK = re.compile(r"check\((\w+)\)")
_POINTS = re.compile(r"\((\d+(?:\.\d+)?) points?\)")
_LESSON = re.compile(r"^LESSON = (['\"])(.*?)\1", re.MULTILINE)

_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


class BuildError(Exception):
    """A lesson's source cannot be built; the message says what, where, and what to do."""


@dataclass(frozen=True)
class _Place:
    """Where in a source a cell stands, for the messages."""

    file: Path
    number: int
    line: int | None

    def error(self, problem: str) -> BuildError:
        line = f", line {self.line}" if self.line else ""
        return BuildError(f"{self.file}, cell {self.number}{line}: {problem}")


# --- From a source to the instructor's notebook ---------------------------------------------------


def instructor_notebook(source: Path) -> NotebookNode:
    """The notebook with all answers, as the source at `source` (Jupytext percent format) has it."""
    lesson = _lesson_of(source)
    text = source.read_text(encoding="utf-8")
    cells = _read_cells(source, text)
    places = _places(source, text, len(cells))
    labels = _labels(cells, places, lesson)
    _demand_every_exercise(source, lesson, [label.get("grade_id") for label in labels])
    ids = _cell_ids(cells, labels)
    made = [_cell(*parts) for parts in zip(cells, labels, ids, strict=True)]
    notebook = nbformat.v4.new_notebook(cells=made, metadata=_METADATA)
    notebook.nbformat_minor = 5
    return notebook


def _lesson_of(source: Path) -> Lesson:
    try:
        return lessons.load(source.stem)
    except UnknownLesson as unknown:
        raise BuildError(
            f"{source}: {unknown} Name the file after its lesson, or describe the lesson in grader/lessons/."
        ) from None


def _read_cells(source: Path, text: str) -> list[NotebookNode]:
    try:
        return jupytext.reads(text, fmt="py:percent").cells
    except Exception as error:  # of the header, where anything may stand
        reason = str(error).strip().partition("\n")[0]
        raise BuildError(f"{source}: Jupytext cannot read this file: {reason}") from error


def _places(source: Path, text: str, count: int) -> list[_Place]:
    lines = text.splitlines()
    markers = [number for number, line in enumerate(lines, 1) if line.startswith("# %%")]
    known = len(markers) == count
    return [_Place(source, i + 1, markers[i] if known else None) for i in range(count)]


def _labels(cells: list, places: list[_Place], lesson: Lesson) -> list[dict]:
    """What nbgrader has to know of each cell; nothing of a cell that it has no business with."""
    labels: list[dict] = []
    seen: Counter = Counter()
    first_code = next((i for i, cell in enumerate(cells) if cell.cell_type == "code"), None)
    if first_code is None:
        raise BuildError(
            f"{places[0].file if places else lesson.name}: there is no code cell in this lesson."
        )
    for i, (cell, place) in enumerate(zip(cells, places, strict=True)):
        label = _setup_label(cell, place, lesson) if i == first_code else _label(cell, place, lesson, seen)
        grade_id = label.get("grade_id")
        if grade_id and seen[grade_id]:
            raise place.error(f"this is the second cell for {grade_id!r}. Keep one of them.")
        seen[grade_id] += 1
        labels.append(label)
    return labels


def _label(cell: NotebookNode, place: _Place, lesson: Lesson, seen: Counter) -> dict:
    solved = _has_solution(cell, place)
    if cell.cell_type == "markdown":
        return _manual_label(cell, place, seen) if solved else {}
    if cell.cell_type != "code":
        return {}
    if solved:
        return _answer_label(cell, place, lesson)
    check = _CHECK.fullmatch(cell.source.strip())
    return _test_label(check[1], place, lesson, seen) if check else {}


def _setup_label(cell: NotebookNode, place: _Place, lesson: Lesson) -> dict:
    found = _LESSON.search(cell.source)
    if not found:
        raise place.error(f'the first code cell has to hold the line LESSON = "{lesson.name}".')
    if found[2] != lesson.name:
        raise place.error(f"LESSON is {found[2]!r} in the file of lesson {lesson.name!r}. Make them agree.")
    return _nbgrader(SETUP, locked=True)


def _answer_label(cell: NotebookNode, place: _Place, lesson: Lesson) -> dict:
    functions = _functions(cell.source, place)
    if len(functions) != 1:
        named = ", ".join(functions) or "none"
        raise place.error(f"an answer cell defines one function, this one has: {named}. Split the cell.")
    _demand_exercise(functions[0], place, lesson)
    return _nbgrader(functions[0], solution=True)


def _test_label(name: str, place: _Place, lesson: Lesson, seen: Counter) -> dict:
    _demand_exercise(name, place, lesson)
    if not seen[name]:
        raise place.error(f"check({name}) stands before the answer cell of {name}. Move it below.")
    points = lesson.exercises[name].points
    return _nbgrader(f"test_{name}", grade=True, locked=True, points=points)


def _manual_label(cell: NotebookNode, place: _Place, seen: Counter) -> dict:
    found = _POINTS.search(cell.source.partition(BEGIN)[0])
    if not found:
        raise place.error(f"say in the text above {BEGIN} what the answer is worth, such as (4 points).")
    grade_id = f"{ANSWER}_{seen['answers'] + 1}" if seen["answers"] else ANSWER
    seen["answers"] += 1
    return _nbgrader(grade_id, grade=True, solution=True, points=float(found[1]))


def _nbgrader(grade_id: str, grade=False, solution=False, locked=False, points=None) -> dict:
    label = {"grade": grade, "grade_id": grade_id, "locked": locked}
    label |= {"schema_version": 3, "solution": solution, "task": False}
    if points is not None:
        label["points"] = int(points) if float(points).is_integer() else float(points)
    return label


def _has_solution(cell: NotebookNode, place: _Place) -> bool:
    """Whether the cell holds solution regions, each of them closed."""
    is_open = found = False
    for line in cell.source.splitlines():
        if BEGIN not in line and END not in line:
            continue
        if (BEGIN in line) == is_open:
            break
        is_open, found = not is_open, True
    else:
        if not is_open:
            return found
    raise place.error(f"{BEGIN} and {END} do not come in pairs here. Close every region before the next.")


def _functions(source: str, place: _Place) -> list[str]:
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise place.error(f"this is not Python: {error.msg} (its line {error.lineno}).") from None
    return [node.name for node in body if isinstance(node, ast.FunctionDef)]


def _demand_exercise(name: str, place: _Place, lesson: Lesson) -> None:
    if name not in lesson.exercises:
        known = ", ".join(lesson.exercises)
        raise place.error(f"{name} is no exercise of this lesson. Its exercises are: {known}.")


def _demand_every_exercise(source: Path, lesson: Lesson, grade_ids: list) -> None:
    for name in lesson.exercises:
        for wanted, cell in (
            (name, f"answer cell (def {name}, with {BEGIN})"),
            (f"test_{name}", f"cell check({name})"),
        ):
            if wanted not in grade_ids:
                raise BuildError(f"{source}: the exercise {name} has no {cell}. Add it.")


def _cell(cell: NotebookNode, label: dict, cell_id: str) -> NotebookNode:
    new = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }[cell.cell_type]
    metadata = {"nbgrader": label} if label else {}
    if tags := cell.metadata.get("tags"):
        metadata["tags"] = list(tags)
    return new(cell.source, metadata=metadata, id=cell_id)


def _cell_ids(cells: list, labels: list[dict]) -> list[str]:
    """Ids that stay: the grade id, or a hash of the content and how often it has occurred before."""
    ids, seen = [], Counter()
    for cell, label in zip(cells, labels, strict=True):
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] += 1
        ids.append(label.get("grade_id") or (digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"))
    return ids


# --- From the instructor's notebook to the learner's ----------------------------------------------


def _release(root: Path, lesson: str, config_folder: Path) -> Path:
    try:
        return generate_release(root, lesson, config_folder)
    except ConversionFailed as failure:
        raise BuildError(f"{lesson}: nbgrader generate_assignment failed.\n{failure}") from failure


def build(root: Path, names: Iterable[str] | None = None) -> list[Path]:
    """Build both notebooks of the lessons `names` (all of them by default) below `root`.

    Returns the files that changed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        made = _build_into(Path(scratch), root, names)
        return [root / file for file in made if _copy_if_changed(Path(scratch) / file, root / file)]


def check_fresh(root: Path) -> None:
    """Raise a `BuildError` that names every built file that differs from what its source gives."""
    with tempfile.TemporaryDirectory() as scratch:
        made = _build_into(Path(scratch), root, None)
        stale = [file for file in made if not _same(Path(scratch) / file, root / file)]
    orphans = sorted(_built(root) - {file.parent for file in made})
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
    """Build below `scratch`, and return the files made, relative to it."""
    wanted = [_source(root, name) for name in names] if names is not None else sources(root)
    made = []
    for source in wanted:
        notebook = instructor_notebook(source)
        folder = Path("solutions") / source.stem
        if (root / folder).is_dir():  # data files of the lesson go into the release
            shutil.copytree(
                root / folder, scratch / folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints")
            )
        (scratch / folder).mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, scratch / folder / f"{source.stem}.ipynb")
        released = _release(scratch, source.stem, config_folder=root).parent
        made.append(folder / f"{source.stem}.ipynb")
        made += [
            file.relative_to(scratch.resolve()) for file in sorted(released.rglob("*")) if file.is_file()
        ]
    if names is None and (root / README).is_file():
        made.append(README)
        (scratch / README).write_text(_readme(root / README), encoding="utf-8")
    return made


def _readme(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
        return with_lessons(text, [lessons.load(name) for name in lessons.names()])
    except ValueError as error:
        raise BuildError(f"{file}: {error}") from error


def _source(root: Path, name: str) -> Path:
    source = root / "solutions" / f"{name}.py"
    if not source.is_file():
        raise BuildError(f"{source}: there is no such file. Name a lesson that has its source in solutions/.")
    return source


def _built(root: Path) -> set[Path]:
    folders = (root / kind for kind in ("solutions", "notebooks"))
    return {
        path.parent.relative_to(root) for folder in folders for path in folder.glob("[0-9][0-9]_*/*.ipynb")
    }


def _same(new: Path, old: Path) -> bool:
    return old.is_file() and new.read_bytes() == old.read_bytes()


def _copy_if_changed(new: Path, old: Path) -> bool:
    if _same(new, old):
        return False
    old.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(new, old)
    return True
