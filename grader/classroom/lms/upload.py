"""A file of marks, filled in for an upload: which row is whose, and which marks go in."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from grader import lessons
from grader.classroom.errors import ClassroomError
from grader.classroom.lms.lms_file import Item, Key, LmsFile, shown
from grader.classroom.lms.marks import Mark

NO_ROW = "no row in the file"


@dataclass(frozen=True)
class Upload:
    """A file to upload, and what went into it.

    `sent` are the marks in it by student, as they are written, `left_out` says of other students why theirs
    is not, `without_submission` names the students of the file who have handed in nothing. `key` and `item`
    are the titles of the columns that were used, `max_score` is the most points that the marks are of;
    `is_maximum_known` says whether these are the LMS's.
    """

    data: bytes
    sent: Mapping[str, str]
    left_out: Mapping[str, str]
    without_submission: Sequence[str]
    key: str
    item: str
    max_score: float
    is_maximum_known: bool


def fill_in(
    file: LmsFile,
    marks: Iterable[Mark],
    item: Item,
    *,
    key: str | None = None,
    maximum: float | None = None,
    is_scaled: bool = False,
) -> Upload:
    """Return the file with the final marks of those of its students who have one, and with no other change.

    Students are known by the column `key`, or by the one that has the most of them. `maximum` is the most
    points that the LMS gives, where the file does not say. If it is another than that of the marks, they are
    scaled to it if `is_scaled`. Raises `ClassroomError` if it is not clear whose a row is, if maxima differ
    and nothing is said about it, and for a file that is not as the LMS writes it.
    """
    marks = list(marks)
    chosen = _choose_key(file, [mark.student for mark in marks], key)
    places = _places(file, chosen, [mark.student for mark in marks])
    most = _maximum(file, item, marks, maximum, is_scaled)
    is_known = maximum is not None or item.max_score is not None
    sign = file.decimal_sign()
    rows = {row.line: row for row in file.students}
    sent, left_out = {}, {}
    for mark in marks:
        line = places.get(mark.student)
        objection = mark.not_final or (NO_ROW if line is None else file.objection(rows[line], item))
        points = None if objection else _points(mark, most)
        if points is not None:
            objection = _out_of_range(points, most, file)
        if objection:
            left_out[mark.student] = objection
        else:
            sent[mark.student] = str(points).replace(".", sign)
    data = file.with_marks(item, {places[student]: text for student, text in sent.items()})
    taken = set(places.values())
    absent = [
        _named(value, file.student_name(row))
        for row, value in zip(file.students, chosen.values, strict=True)
        if row.line not in taken
    ]
    return Upload(data, sent, left_out, absent, chosen.title, file.titles[item.column], most, is_known)


def _named(value: str, name: str) -> str:
    return f"{value} ({name})" if value and name else value or name


# --- Which column takes the marks -------------------------------------------------------------------------


def choose_item(file: LmsFile, lesson: str, named: str | None = None) -> Item:
    """Return the column for the marks of a lesson: the one `named`, else the one that the lesson's name fits.

    Raises `ClassroomError` unless there is exactly one.
    """
    items = file.items()
    if named is not None:
        found = [item for item in items if named in (file.titles[item.column], item.title, item.number)]
    elif len(items) == 1 and file.has_one_item:
        found = items
    else:
        found = [item for item in items if _plain(item.title) in _plain_names(lesson)]
    if len(found) == 1:
        file.demand_usable(found[0])
        return found[0]
    what = "no column of marks" if not found else f"{len(found)} columns of marks"
    wanted = f"called {shown(named)}" if named is not None else f"whose title is that of {lesson}"
    titles = shown(", ".join(file.titles[item.column] for item in items) or "none")
    raise ClassroomError(
        f"{file.place}, line 1: there is {what} {wanted}. Say with --item which one it is, by its title"
        f"{' or number' if any(item.number for item in items) else ''}. Columns of marks: {titles}."
    )


def _plain_names(lesson: str) -> set[str]:
    """Return what a lesson may be called: `03_backpropagation`, "Lesson 3", "3. Backpropagation"."""
    title, number = lessons.load(lesson).title, lesson[:2]
    names = (lesson, title, f"Lesson {number}", f"{number} {title}", f"Lesson {number} {title}")
    return {_plain(name) for name in names}


def _plain(title: str) -> str:
    words = re.findall(r"[^\W_]+", title.casefold())
    return " ".join(word.lstrip("0") if word.isdecimal() else word for word in words)


# --- Whose a row is -----------------------------------------------------------------------------------------


def _choose_key(file: LmsFile, students: Collection[str], named: str | None) -> Key:
    if named is not None:
        if file.column(named) is None:
            raise ClassroomError(
                f"{file.place}, line 1: there is no column {shown(named)}. There are: "
                f"{shown(', '.join(file.titles))}."
            )
        return file.key(named)
    keys = file.keys()
    places = [_unique_places(file, key, students) for key in keys]
    best = max(places, key=len, default={})
    if not best:
        raise ClassroomError(
            f"{file.place}: no row is known by a name of a folder in submitted/, such as "
            f"{shown(next(iter(students), ''))}, in the columns "
            f"{shown(', '.join(key.title for key in keys))}. Say with --key which column has these names."
        )
    for key, other in zip(keys, places, strict=True):
        differing = [student for student in other.keys() & best.keys() if other[student] != best[student]]
        if differing:
            raise ClassroomError(
                f"{file.place}: {shown(min(differing))} is in line {best[min(differing)]} by one column and "
                f"in line {other[min(differing)]} by {shown(key.title)}. Say with --key which column has "
                "the names of the folders in submitted/."
            )
    return keys[places.index(best)]


def _unique_places(file: LmsFile, key: Key, students: Collection[str]) -> dict[str, int]:
    """Return the lines of students whom the key knows once."""
    lines: dict[str, list[int]] = {}
    for row, value in zip(file.students, key.values, strict=True):
        lines.setdefault(value.casefold(), []).append(row.line)
    return {
        student: found[0]
        for student in students
        if student and len(found := lines.get(student.casefold(), [])) == 1
    }


def _places(file: LmsFile, key: Key, students: Collection[str]) -> dict[str, int]:
    """Return the lines of students. Raises `ClassroomError` if two have one, or one has two."""
    lines: dict[str, int] = {}
    for row, value in zip(file.students, key.values, strict=True):
        folded = value.casefold()
        if folded and folded in lines:
            raise ClassroomError(
                f"{file.place}, lines {lines[folded]} and {row.line}: {shown(key.title)} is {shown(value)} "
                "twice. Say with --key which column tells students apart."
            )
        lines[folded] = row.line
    places = {one: lines[one.casefold()] for one in students if one and one.casefold() in lines}
    owners = {line: student for student, line in places.items()}
    for student, line in places.items():
        if owners[line] != student:
            raise ClassroomError(
                f"{file.place}, line {line}: the row is that of {shown(student)} and of "
                f"{shown(owners[line])}, folders in submitted/ that differ in capital letters alone. Rename "
                "or remove one."
            )
    return places


# --- What is written ----------------------------------------------------------------------------------------


def _maximum(file: LmsFile, item: Item, marks: Iterable[Mark], given: float | None, is_scaled: bool) -> float:
    """Return the most points that the LMS gives. Raises `ClassroomError` if that is not what marks are of."""
    ours = {round(mark.max_score, 6) for mark in marks if not mark.not_final}
    theirs = item.max_score if item.max_score is not None else given
    title = shown(file.titles[item.column])
    if given is not None and item.max_score not in (None, given):
        raise ClassroomError(
            f"{file.place}: {title} is of {item.max_score:g} points, not of {given:g}. Leave out --maximum, "
            "or correct it in the LMS and download the file again."
        )
    if theirs is None and is_scaled:
        raise ClassroomError(
            f"{file.place} does not say of how many points {title} is. Say so with --maximum."
        )
    if theirs is not None and theirs <= 0 and ours:
        raise ClassroomError(f"{file.place}: {title} is of {theirs:g} points. Give it points in the LMS.")
    if theirs is not None and not is_scaled and ours - {theirs}:
        raise ClassroomError(
            f"{file.place}: {title} is of {theirs:g} points, the lesson of {max(ours - {theirs}):g}. "
            "Correct it in the LMS and download the file again, or let --scale convert the marks."
        )
    return theirs if theirs is not None else max(ours, default=0.0)


def _points(mark: Mark, maximum: float) -> Decimal:
    """Return a mark with two decimals, halves rounded up as on paper; scaled if it is of another maximum."""
    is_as_it_is = math.isclose(mark.max_score, maximum) or not mark.max_score
    score = mark.score if is_as_it_is else mark.score * maximum / mark.max_score
    return Decimal(repr(score)).quantize(Decimal("0.01"), ROUND_HALF_UP) + 0  # no "-0.00"


def _out_of_range(points: Decimal, maximum: float, file: LmsFile) -> str:
    if points < 0:
        return f"{points} is below 0"
    if points > Decimal(repr(maximum)) and not file.allows_extra_credit:
        return f"{points} is above the maximum of {maximum:g}"
    return ""
