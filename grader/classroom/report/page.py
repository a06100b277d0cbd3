"""The report as a page: one HTML file that loads nothing, readable without colour and without its script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

from grader.classroom.class_table import IN_PART, Mark, Row
from grader.classroom.lateness import short_lateness
from grader.classroom.page.code import highlight
from grader.classroom.report.class_report import OUTCOMES, Change, ClassReport, misconceptions
from grader.feedback.status import STATUSES, Display
from grader.isolation.foreign_text import inert_line

TEXT_LIMIT = 500
"""Characters of a student's name, or of a sentence about a submission, that a page shows."""
SHOWN_FIRST = 10
"""So many misconceptions are shown at once, the others when asked for."""
_OUTCOMES = {
    outcome: Display("½", "in part", "") if outcome == IN_PART else Display(known.mark, known.legend, "")
    for outcome in OUTCOMES
    for known in [STATUSES.get(outcome)]
}


def render_report(report: ClassReport, links: Mapping[str, str], *, is_anonymous: bool = False) -> str:
    """Return the page. `links` are the addresses of feedback pages by student.

    An anonymous page has nothing of single students: no table, no list, no link.
    """
    script = f"\n{_script()}\n"
    return _template().render(
        report=report,
        links=links,
        is_anonymous=is_anonymous,
        outcomes=_OUTCOMES,
        script=_script(),
        max_score=max((row.max_score for row in report.rows), default=0.0),
        shown_first=SHOWN_FIRST,
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
    )


@cache
def _script() -> str:
    return files("grader.classroom.report").joinpath("templates/sort.js").read_text(encoding="utf-8").strip()


@cache
def _template():
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("grader.classroom.report"), autoescape=True)
    environment.filters |= {
        "code": highlight_line,
        "late": short_lateness,
        "inert": lambda text: inert_line(text, TEXT_LIMIT),
        "mark_of": _mark_of,
        "moved": describe_change,
        "names": _names,
        "number": lambda value: f"{value:.2f}".rstrip("0").rstrip("."),
        "to_mark": _to_mark,
    }
    return environment.get_template("report.html")


def highlight_line(code: str):
    """Return a line of Python as HTML."""
    from markupsafe import Markup

    return Markup(highlight(code))


def describe_change(change: Change, earlier: str) -> str:
    """Return in a sentence how a misconception moved since an earlier lesson."""
    if not change.before:
        return f"Nobody of the {change.total} who are in both lessons had it in {earlier}."
    rest = "none of them has it now" if not change.both else f"{change.both} of them have it again"
    here = f"{change.before} of the {change.total} who are in both lessons"
    return f"In {earlier}: {here}, now {change.now}; {rest}."


def _mark_of(row: Row, exercise: str) -> Mark | None:
    return next((mark for mark in row.marks if mark.exercise == exercise), None)


def _names(row: Row) -> list[str]:
    return list(dict.fromkeys(name for mark in row.marks for name in misconceptions(mark)))


def _to_mark(row: Row) -> str:
    parts = [f"{row.waiting:g}"] if row.waiting else []
    return ", ".join([*parts, *([f"↻ {row.to_remark:g} again"] if row.to_remark else [])])
