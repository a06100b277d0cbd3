"""The class table: who got what, exercise by exercise, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader import lessons
from grader.classroom.course_folder import Course
from grader.classroom.repair import KEY
from grader.feedback import render, status
from grader.lessons.misconceptions import MISCONCEPTIONS

_STYLES = {"✓": "green", "✗": "red", "–": "dim", "∞": "magenta", "!": "magenta"}
_SYMBOLS = {
    status.CORRECT: "✓",
    status.INCORRECT: "✗",
    status.ERROR: "!",
    status.FORBIDDEN: "!",
    status.MISSING: "–",
    status.TIMEOUT: "∞",
}
LEGEND = "✓ right  2/4 in part  ✗ wrong  – not attempted  ∞ too slow  ! error"


@dataclass(frozen=True)
class Mark:
    """What one exercise earned; `diagnosis` names why it did not earn more."""

    exercise: str
    score: float
    max_score: float
    status: str
    diagnosis: tuple[str, ...] = ()
    message: str = ""

    @property
    def symbol(self) -> str:
        """The mark in a character or two, readable without colour."""
        if 0 < self.score < self.max_score:
            return f"{round(self.score, 1):g}/{self.max_score:g}"
        if self.score >= self.max_score > 0:
            return "✓"  # an instructor may have given the points by hand
        return _SYMBOLS.get(self.status, "✗") if self.status != status.CORRECT else "✗"


@dataclass(frozen=True)
class Row:
    """One learner's line: `waiting` are the points of answers that a person has yet to mark, `stopped` is
    what the sandbox kept the submission from doing.
    """

    student: str
    score: float = 0.0
    max_score: float = 0.0
    waiting: float = 0.0
    marks: tuple[Mark, ...] = ()
    repairs: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    failure: str = ""

    @property
    def finding(self) -> str:
        """The first thing to know about this submission, in a sentence."""
        if self.failure:
            return f"Not graded: {self.failure}"
        if self.marks and all(mark.status == status.MISSING for mark in self.marks):
            return " ".join([*self.repairs, *self.stopped, "Nothing was attempted."])
        lost = [mark for mark in self.marks if mark.symbol != "✓"]
        lost.sort(key=lambda mark: mark.status == status.MISSING)  # what was tried says more
        return " ".join([*self.repairs, *self.stopped, *map(self._found, lost[:1])])

    def _found(self, mark: Mark) -> str:
        named = [MISCONCEPTIONS[name] for name in mark.diagnosis if name in MISCONCEPTIONS]
        if not named or mark.diagnosis == ("raises",):
            return f"{mark.exercise}: {_first_sentence(mark.message)}"
        return f"{mark.exercise} {', and '.join(f'{known.headline} ({known.name})' for known in named)}."


def rows(
    lesson: str,
    course: Path,
    students: Iterable[str] | None = None,
    failures: dict[str, str] | None = None,
) -> list[Row]:
    """The class table as data: from the gradebook the scores, from the graded notebooks the reasons.

    `failures` says why the submission of a student could not be graded.
    """
    folder, failures = Course(course), failures or {}
    if students is None:
        students = folder.students("autograded", lesson)
    with folder.gradebook() as gradebook:
        return [
            Row(student, failure=failures[student])
            if student in failures
            else _row(folder, gradebook, lesson, student)
            for student in students
        ]


def table(rows: list[Row], lesson: str) -> RenderableType:
    """The class table for a terminal of 80 columns or more, and below it the first findings."""
    exercises = list(lessons.load(lesson).exercises)
    findings = [(row.student, row.finding) for row in rows if row.finding]
    parts = [_marks_table(rows, exercises, lessons.load(lesson).title), _numbered(exercises), LEGEND]
    if any(row.waiting for row in rows):
        parts.append("+4: as many points wait for an answer to be marked by hand")
    if findings:
        parts += ["", _findings_table(findings)]
    return Group(*parts)


def _marks_table(rows: list[Row], exercises: list[str], title: str) -> Table:
    made = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    made.add_column("student", overflow="fold")
    made.add_column("score", justify="right", no_wrap=True)
    for number in range(len(exercises)):
        made.add_column(str(number + 1), justify="center", no_wrap=True)
    for row in rows:
        marks = {mark.exercise: mark.symbol for mark in row.marks}
        symbols = (marks.get(name, "") for name in exercises)
        styled = (Text(symbol, _STYLES.get(symbol, "yellow")) for symbol in symbols)
        made.add_row(Text(row.student), _score(row), *styled)
    return made


def _findings_table(findings: list[tuple[str, str]]) -> Table:
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    made.add_column("student", overflow="fold", max_width=30)
    made.add_column("first finding", overflow="fold")
    for student, finding in findings:
        made.add_row(Text(student), Text(finding))
    return made


def _row(folder: Course, gradebook: Gradebook, lesson: str, student: str) -> Row:
    try:
        submission = gradebook.find_submission_notebook(lesson, lesson, student)
        nb = nbformat.read(folder.notebook("autograded", lesson, student), as_version=4)
    except (MissingEntry, FileNotFoundError):
        return Row(student, failure="nothing in the gradebook.")
    grades = {grade.name: grade for grade in submission.grades}
    verdicts = _verdicts(nb)
    marks = tuple(
        _mark(name, grades[f"test_{name}"], verdicts.get(f"test_{name}", {}))
        for name in lessons.load(lesson).exercises
        if f"test_{name}" in grades
    )
    notes = nb.metadata.get(KEY, {})
    return Row(
        student,
        score=submission.score,
        max_score=submission.max_score,
        waiting=sum(grade.max_score for grade in grades.values() if _waits(grade)),
        marks=marks,
        repairs=tuple(note["text"] for note in notes.get("repairs", [])),
        stopped=tuple(notes.get("stopped", [])),
    )


def _waits(grade) -> bool:
    return grade.needs_manual_grade and grade.auto_score is None and grade.manual_score is None


def _mark(name: str, grade, shown: dict) -> Mark:
    return Mark(
        name,
        score=grade.score,
        max_score=grade.max_score,
        status=shown.get("status", status.ERROR),
        diagnosis=tuple(shown.get("diagnosis", ())),
        message=shown.get("message", ""),
    )


def _verdicts(nb: nbformat.NotebookNode) -> dict[str, dict]:
    """What each test cell shows: its verdict, or the error in its place."""
    tests = [cell for cell in nb.cells if cell.cell_type == "code" and "nbgrader" in cell.metadata]
    return {cell.metadata.nbgrader["grade_id"]: _shown(cell) for cell in tests}


def _shown(cell: nbformat.NotebookNode) -> dict:
    for output in cell.outputs:
        if output.output_type == "error":
            return {"status": status.ERROR, "message": f"{output.ename}: {output.evalue}"}
        if render.MIME_TYPE in output.get("data", {}):
            return output.data[render.MIME_TYPE]
    return {}


def _score(row: Row) -> Text:
    if row.failure:
        return Text("–", "magenta")
    waiting = f" +{row.waiting:g}" if row.waiting else ""
    return Text(f"{round(row.score, 2):g}/{row.max_score:g}{waiting}")


def _numbered(exercises: list[str]) -> str:
    """The column numbers' meaning; without a space, since a line may break there."""
    return "  ".join(f"{number}:{name}" for number, name in enumerate(exercises, 1))


def _first_sentence(message: str) -> str:
    head, stop, _ = message.partition(". ")
    return head + (stop.strip() or "")
