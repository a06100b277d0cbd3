"""The class table in a terminal: readable without colour, and within 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader import lessons
from grader.classroom.class_table import Mark, Row
from grader.classroom.lateness import short_lateness
from grader.feedback.status import PARTIAL_SCORE_STYLE, STATUSES, class_table_legend
from grader.isolation.foreign_text import inert_line

NAME_LIMIT = 64
FINDING_LIMIT = 1000
"""Characters of a student's name and of a finding in the table."""


def render_class_table(rows: Sequence[Row], lesson: str) -> RenderableType:
    """Return the class table for a terminal, and below it the first finding on each submission."""
    exercises = list(lessons.load(lesson).exercises)
    findings = [(row.student, row.finding) for row in rows if row.finding]
    title = lessons.load(lesson).title
    parts = [_marks_table(rows, exercises, title), _column_names(exercises), class_table_legend()]
    if any(row.waiting for row in rows):
        parts.append("+4: as many points wait for an answer to be marked by hand")
    if any(row.to_remark for row in rows):
        parts.append("↻4: to mark again: marks by hand for as many points are of an earlier version")
    if findings:
        parts += ["", _findings_table(findings)]
    return Group(*parts)


def mark_symbol(mark: Mark) -> Text:
    """Return a mark in a few characters, with its style."""
    if mark.is_partial:
        return Text(f"{round(mark.score, 1):g}/{mark.max_score:g}", PARTIAL_SCORE_STYLE)
    display = STATUSES[mark.outcome]
    return Text(display.mark, display.terminal_style)


def _marks_table(rows: Sequence[Row], exercises: Sequence[str], title: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("student", overflow="fold")
    symbols = [{mark.exercise: mark_symbol(mark) for mark in row.marks} for row in rows]
    late = {"late": [_late(row) for row in rows]} if any(row.late_seconds for row in rows) else {}
    columns = (
        {"score": [_score(row) for row in rows]}
        | late
        | {
            str(number): [of_row.get(name, Text()) for of_row in symbols]
            for number, name in enumerate(exercises, 1)
        }
    )
    for header, cells in columns.items():
        width = max([len(header), *(cell.cell_len for cell in cells)])  # to let rich find it takes long
        table.add_column(header, justify="right" if header in ("score", "late") else "center", width=width)
    for row, *cells in zip(rows, *columns.values(), strict=True):
        table.add_row(Text(inert_line(row.student, NAME_LIMIT)), *cells)
    return table


def _findings_table(findings: Sequence[tuple[str, str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("student", overflow="fold", max_width=30)
    table.add_column("first finding", overflow="fold")
    for student, finding in findings:
        name, text = inert_line(student, NAME_LIMIT), inert_line(finding, FINDING_LIMIT)
        table.add_row(Text(name), Text(text))
    return table


def _score(row: Row) -> Text:
    if row.failure:
        return Text("–", "magenta")
    waiting = f" +{row.waiting:g}" if row.waiting else ""
    to_remark = f" ↻{row.to_remark:g}" if row.to_remark else ""
    return Text(f"{round(row.score, 2):g}/{row.max_score:g}{waiting}{to_remark}")


def _late(row: Row) -> Text:
    return Text(short_lateness(row.late_seconds) if row.late_seconds else "")


def _column_names(exercises: Sequence[str]) -> str:
    """Return what the column numbers mean; no space after a number, since a line could break there."""
    return "  ".join(f"{number}:{name}" for number, name in enumerate(exercises, 1))
