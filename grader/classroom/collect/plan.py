"""Which file of an archive becomes whose submission of which lesson, and why others become none."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from grader.classroom.collect.archive import ArchivedFile, BadFile
from grader.classroom.collect.names import Origin, is_notebook_name, lesson_of_name, read_origins
from grader.classroom.collect.people import People, Unknown

_LESSON_CELL = re.compile(rb"LESSON = \\\"(\w+)\\\"")  # in the JSON of a notebook, as the setup cell has it


@dataclass(frozen=True)
class Handed:
    """A file that is a student's notebook of a lesson; `time` is in local time."""

    file: ArchivedFile
    student: str
    lesson: str
    origin: Origin

    @property
    def place(self) -> tuple[str, str]:
        """Whose it is, and of which lesson."""
        return self.student, self.lesson

    @property
    def time(self) -> dt.datetime | None:
        """When it was handed in, as far as the archive says."""
        return self.origin.time

    @property
    def order(self) -> tuple:
        """What a later attempt has more of; a file with the lesson's own name goes before a renamed one."""
        is_exact = self.origin.file == f"{self.lesson}.ipynb"
        return (self.time or dt.datetime.min, self.origin.attempt, is_exact)


@dataclass
class Plan:
    """What is to be placed, by student and lesson; of the other files, by path, why they are not.

    `others` are files that are no notebooks, until `data` has them: by submission, and then by their paths
    as seen from the notebook. `earlier` are the paths of attempts that a later one replaces.
    """

    handed: dict[tuple[str, str], Handed] = field(default_factory=dict)
    others: list[tuple[ArchivedFile, Origin]] = field(default_factory=list)
    data: dict[tuple[str, str], dict[str, ArchivedFile]] = field(default_factory=lambda: defaultdict(dict))
    not_placed: dict[str, str] = field(default_factory=dict)
    earlier: list[str] = field(default_factory=list)


def make_plan(
    files: Iterable[ArchivedFile], people: People, lessons: Collection[str], wanted: str | None = None
) -> Plan:
    """Return what is to become of the files of an archive; all `lessons`, or `wanted` alone, are placed."""
    files = list(files)
    plan = Plan(not_placed={file.path: file.problem for file in files if file.problem})
    files = [file for file in files if not file.problem]
    found: dict[tuple[str, str], list[Handed]] = defaultdict(list)
    for file, origin in zip(files, read_origins((file.parts for file in files), lessons), strict=True):
        try:
            _demand_file(origin)
            origin = people.reading(origin)
            if not is_notebook_name(origin.file):
                plan.others.append((file, origin))
                continue
            lesson = _lesson(file, origin, lessons, wanted)
            student = people.find(origin)
            found[student, lesson].append(Handed(file, student, lesson, origin))
        except (Unknown, BadFile) as reason:
            plan.not_placed[file.path] = str(reason)
    for place, attempts in sorted(found.items()):
        *earlier, last = sorted(attempts, key=lambda one: one.order)
        latest = [one for one in attempts if one.order == last.order]
        accounts = {one.origin.number or one.origin.account for one in attempts}
        if len(accounts) > 1:
            reason = (
                f"{len(accounts)} students of the LMS would be {last.student}; tell them apart by a roster"
            )
            plan.not_placed |= {one.file.path: reason for one in attempts}
        elif len(latest) > 1:
            reason = f"{len(latest)} files are {last.lesson} of {last.student}; remove all but one"
            plan.not_placed |= {one.file.path: reason for one in latest}
        else:
            plan.handed[place] = last
            plan.earlier += [one.file.path for one in earlier]
    return plan


def _demand_file(origin: Origin) -> None:
    """Raise `Unknown` for what can be nobody's, and for an archive in the archive."""
    if origin.problem:
        raise Unknown(origin.problem)
    if origin.file.lower().endswith((".zip", ".tar", ".gz", ".7z", ".rar")):
        raise Unknown("an archive; unpack it and collect the folder")


def _lesson(file: ArchivedFile, origin: Origin, lessons: Collection[str], wanted: str | None) -> str:
    """Return the lesson of a notebook. Raises `Unknown`, or `BadFile`, if it is none that is to be placed."""
    lesson = lesson_of_name(origin.file, lessons) or _lesson_inside(file, lessons)
    if not lesson:
        raise Unknown("neither its name nor its cells say of which lesson it is")
    if wanted and lesson != wanted:
        raise Unknown(f"of another lesson, {lesson}")
    return lesson


def _lesson_inside(file: ArchivedFile, lessons: Collection[str]) -> str:
    """Return the one lesson that a cell of the notebook names, "" if none."""
    known = {name.encode() for name in lessons}
    found = {match[1].decode() for match in _LESSON_CELL.finditer(file.read()) if match[1] in known}
    return found.pop() if len(found) == 1 else ""
