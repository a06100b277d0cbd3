"""The feedback page of a submission: first its points, then the verdicts, then the notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from grader import lessons
from grader.classroom.cells import Cell, Notebook, exercise_of, grade_id, is_test, is_written_answer
from grader.classroom.grading_notes import METADATA_KEY, outputs_origin, stopped
from grader.classroom.lateness import describe_lateness
from grader.classroom.page.code import highlight
from grader.classroom.page.markdown import render_comment, render_markdown
from grader.classroom.page.outputs import cost_of, render_output
from grader.classroom.page.shown_grades import grades_key
from grader.classroom.records import CellGrade, Grades
from grader.feedback.render import MIME_TYPE, text_colour
from grader.feedback.status import STATUSES, Display
from grader.isolation.inside.sanitize_text import without_controls

CELL_LIMIT = 50_000
"""Characters of a cell's text that a page shows."""
TEXTS_LIMIT = 200_000
"""Characters of all cells' texts that a page shows, so that no submission holds up the others."""
OUTPUTS_LIMIT = 8_000_000
"""What all outputs that a page shows may cost (see `outputs.cost_of`)."""
CELL_OUTPUTS_LIMIT = 100
_TOO_MUCH = "<p>Left out: the notebook shows too much.</p>"
_TO_REMARK = Display("↻", "to mark again", "#57606a")
_WAITING = Display("…", "waits for a person", "#57606a")


@dataclass(frozen=True)
class _Entry:
    """A graded cell in the table of the page.

    `what` says what the exercise asks for. `verdict` is the verdict in HTML, "" for a cell without one.
    """

    grade_id: str
    number: int
    name: str
    what: str
    grade: CellGrade
    display: Display | None
    verdict: str = ""
    is_by_hand: bool = False


@dataclass(frozen=True)
class _ShownCell:
    """A cell of the notebook as the page shows it: its content and its outputs in HTML.

    `entry` is the entry of the table that belongs to it. `kind` is the class of its element in the page.
    """

    kind: str
    content: str
    outputs: tuple[str, ...] = ()
    entry: _Entry | None = None
    comment: str = ""
    is_cut: bool = False


def render_page(notebook: Notebook, grades: Grades, lesson: str, student: str) -> str:
    """Return the feedback page of an autograded notebook: one HTML file that loads and runs nothing.

    Only the verdicts on the lesson's own exercises go into the page as they are. Whatever else the notebook
    shows is cleaned, and kept within the frame of its cell.
    """
    known = _lesson(lesson)
    repairs = filter(_is_repairs, notebook["cells"])
    entries = list(_entries(notebook, grades, known.exercises if known else {}))
    return _template().render(
        title=known.title if known else lesson,
        student=student,
        grades=grades,
        key=grades_key(grades),
        to_remark=sum(cell.is_to_remark for cell in grades.cells.values()),
        waiting=sum(cell.is_waiting for cell in grades.cells.values()),
        entries=entries,
        comments=_comments(notebook, grades),
        repairs=[render_markdown(cell["source"][:CELL_LIMIT]) for cell in repairs],
        stopped=stopped(notebook),
        origin=outputs_origin(notebook),
        cells=list(_shown_cells(notebook, grades, {entry.grade_id: entry for entry in entries})),
    )


def _lesson(name: str) -> lessons.Lesson | None:
    try:
        return lessons.load(name)
    except lessons.UnknownLesson:
        return None


def _entries(
    notebook: Notebook, grades: Grades, exercises: Mapping[str, lessons.Exercise]
) -> Iterator[_Entry]:
    graded = [cell for cell in notebook["cells"] if grade_id(cell) in grades.cells]
    for number, cell in enumerate(graded, 1):
        name, grade = _name(cell), grades.cells[grade_id(cell)]
        common = {"grade_id": grade_id(cell), "number": number, "name": name, "grade": grade}
        if is_test(cell) and name in exercises:
            data, html = _verdict(cell)
            yield _Entry(
                **common,
                what=exercises[name].asks,
                display=STATUSES.get(data.get("status", "")),
                verdict=html,
                is_by_hand=grade.is_to_remark or (bool(data) and abs(data["score"] - grade.score) > 1e-6),
            )
        else:
            what = "written answer" if is_written_answer(cell) else ""
            yield _Entry(**common, what=what, display=_display_by_hand(grade))


def _display_by_hand(grade: CellGrade) -> Display | None:
    return _WAITING if grade.is_waiting else _TO_REMARK if grade.is_to_remark else None


def _name(cell: Cell) -> str:
    """The name of a graded cell in the table: of a test the function's."""
    return (exercise_of(cell) if is_test(cell) else "") or grade_id(cell)


def _verdict(test: Cell) -> tuple[Mapping[str, Any], str]:
    """The verdict that grading left in the test of an exercise, as data and as HTML; both empty if none."""
    for output in test["outputs"]:
        bundle = output.get("data", {})
        if MIME_TYPE in bundle:
            return bundle[MIME_TYPE], bundle["text/html"]
    return {}, ""


def _comments(notebook: Notebook, grades: Grades) -> list[tuple[str, str]]:
    """The names of the cells that a person commented on, in the order of the notebook, and the comments."""
    found = ((grade_id(cell), _comment(grades, cell)) for cell in notebook["cells"])
    return [(name, comment) for name, comment in found if comment]


def _comment(grades: Grades, cell: Cell) -> str:
    """The HTML of the comment on a cell, "" if there is none."""
    return render_comment(grades.comments.get(grade_id(cell)) or "")


def _is_repairs(cell: Cell) -> bool:
    """Whether this is the cell in which grading says what it put back."""
    return cell["metadata"].get(METADATA_KEY) == "repairs"


def _shown_cells(notebook: Notebook, grades: Grades, entries: Mapping[str, _Entry]) -> Iterator[_ShownCell]:
    texts_left, outputs_left = TEXTS_LIMIT, OUTPUTS_LIMIT
    for cell in notebook["cells"]:
        if _is_repairs(cell):
            continue  # it stands on top of the page
        text = cell["source"][: min(CELL_LIMIT, texts_left)]
        texts_left -= len(text)
        entry = entries.get(grade_id(cell))
        outputs = ()
        if cell["cell_type"] == "code" and not (entry and entry.verdict):
            outputs_left -= sum(map(cost_of, cell["outputs"]))
            outputs = (
                _shown_outputs(cell)
                if outputs_left >= 0
                else ("<p>Left out: the notebook shows too much.</p>",)
            )
        yield _ShownCell(
            kind="code" if cell["cell_type"] == "code" else "text",
            content=_content(cell["cell_type"], text),
            outputs=outputs,
            entry=entry,
            comment=_comment(grades, cell),
            is_cut=len(text) < len(cell["source"]),
        )


def _content(cell_type: str, text: str) -> str:
    if cell_type == "markdown":
        return render_markdown(text)
    text = without_controls(text.replace("\r\n", "\n"))
    return f"<pre>{highlight(text) if cell_type == 'code' else escape(text)}</pre>"


def _shown_outputs(cell: Cell) -> tuple[str, ...]:
    return tuple(filter(None, map(render_output, cell["outputs"][:CELL_OUTPUTS_LIMIT])))


@cache
def _template():
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("grader.classroom.page"), autoescape=True)
    environment.filters |= {"number": _number, "text_colour": text_colour, "lateness": describe_lateness}
    return environment.get_template("page.html")


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
