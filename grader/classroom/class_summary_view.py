"""A large class in a terminal: a summary in place of the table, and what needs a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader import lessons
from grader.classroom.class_table import IN_PART, Row
from grader.classroom.class_table_view import FINDING_LIMIT, NAME_LIMIT, render_class_table
from grader.classroom.report.class_report import ClassReport, Distribution, ExerciseResult, class_report
from grader.feedback.status import CORRECT, STATUSES
from grader.isolation.foreign_text import inert_line

TABLE_LIMIT = 40
"""Students of whom each has a row; of a larger class there is a summary."""
MISCONCEPTIONS_LIMIT = 10
NAMES_LIMIT = 300
"""Characters of a list of names."""
_BARS = " ▁▂▃▄▅▆▇█"
_BAR_LENGTH = 20


def render_class(rows: Sequence[Row], lesson: str, *, shows_all: bool = False) -> RenderableType:
    """Return the class table, or of a large class a summary unless all is to be shown."""
    if shows_all or len(rows) <= TABLE_LIMIT:
        return render_class_table(rows, lesson)
    return Group(*_summary(class_report(lesson, rows)))


def _summary(report: ClassReport) -> Iterator[RenderableType]:
    yield Text(f"\n{lessons.load(report.lesson).title}: {_count(len(report.graded), 'submission')} graded\n")
    if report.distribution:
        yield from _distribution(report.distribution)
    yield _titled(_exercises(report.exercises))
    if report.found:
        yield _titled(_misconceptions(report))
    yield from _for_a_person(report)
    yield Text(
        f"Every student: grader grade {report.lesson} --all. "
        f"As a page, with lines of code: grader report {report.lesson}"
    )


def _titled(table: Table) -> Padding:
    return Padding(table, (0, 0, 1, 0))


def _distribution(scores: Distribution) -> Iterator[Text]:
    highest = max(scores.counts)
    bars = "".join(_BARS[-(-count * (len(_BARS) - 1) // highest)] for count in scores.counts)
    low, median, high = (f"{value:.0f}" for value in scores.quartiles)
    yield Text(f"scores  0 % │{bars}│ 100 %  median {median} %, half of the class {low} to {high} %")
    yield Text(f"students by tenths: {' '.join(map(str, scores.counts))}\n")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in ("right", "students") else "left")
    return table


def _exercises(results: Iterable[ExerciseResult]) -> Table:
    table = _table("exercise", "right", "", "others")
    for result in results:
        bar = "█" * round(result.pass_rate * _BAR_LENGTH)
        table.add_row(result.name, f"{result.pass_rate:.0%}", bar.ljust(_BAR_LENGTH, "·"), _others(result))
    return table


def _others(result: ExerciseResult) -> str:
    counts = ((outcome, count) for outcome, count in result.outcomes.items() if count and outcome != CORRECT)
    return ", ".join(f"{count} {_words(outcome)}" for outcome, count in counts)


def _words(outcome: str) -> str:
    return outcome if outcome == IN_PART else STATUSES[outcome].legend


def _misconceptions(report: ClassReport) -> Table:
    table = _table("most frequent", "students", "in")
    for one in report.found[:MISCONCEPTIONS_LIMIT]:
        table.add_row(one.name, str(len(one.students)), ", ".join(one.by_exercise))
    if len(report.found) > MISCONCEPTIONS_LIMIT:
        table.add_row(f"and {len(report.found) - MISCONCEPTIONS_LIMIT} more")
    return table


def _for_a_person(report: ClassReport) -> Iterator[Text]:
    """Yield what a person is to do or to look at, a line each."""
    for row in report.failed:
        reason = inert_line(row.failure, FINDING_LIMIT)
        yield Text(f"Not graded: {inert_line(row.student, NAME_LIMIT)}: {reason}", "magenta")
    waiting = [row for row in report.graded if row.waiting]
    if waiting:
        points = sum(row.waiting for row in waiting)
        yield Text(f"To mark by hand: {_count(len(waiting), 'submission')}, {points:g} points.")
    yield from _listed("To mark again", [row.student for row in report.graded if row.to_remark])
    for sentence, students in report.stopped.items():
        yield from _listed(f"Stopped: {inert_line(sentence, FINDING_LIMIT).rstrip('.')}", students)
    yield from _listed("Late", [row.student for row in report.graded if row.late_seconds])
    yield from _listed("Repaired notebooks", [row.student for row in report.graded if row.repairs])
    yield Text("")


def _listed(title: str, students: Sequence[str]) -> Iterator[Text]:
    if students:
        yield Text(f"{title}: {len(students)}: {inert_line(', '.join(students), NAMES_LIMIT)}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
