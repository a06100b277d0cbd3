"""Whose a file is: the name of a student's folder, from what the file's path says and from a roster."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.classroom.collect.names import Origin
from grader.classroom.course.assignment import is_student_name
from grader.classroom.errors import ClassroomError
from grader.classroom.lms.formats import find_lms_file
from grader.classroom.lms.lms_file import shown
from grader.classroom.roster import read_roster

_LENGTH_LIMIT = 128
_LOGIN_COLUMNS = ("Username", "username", "SIS Login ID", "SIS User ID", "ID number", "Email address", "ID")
"""The columns of an LMS's file that name a student, from what is best known to what is least."""
_NO_WORD = re.compile(r"[\W_]+")


class Unknown(Exception):
    """It is not known whose a file is; the message says why."""


@dataclass(frozen=True)
class Person:
    """A student of a roster: the name of the folder, the student's name, and the LMS's number, "" if none."""

    student: str
    name: str
    number: str = ""


class People:
    """The students of a roster; without one, whatever the paths say, with `_` for spaces."""

    def __init__(self, people: Iterable[Person] | None = None):
        self._people = None if people is None else list(people)

    def reading(self, origin: Origin) -> Origin:
        """Return what a path says. If it has two readings, that is the one with a student's number.

        Raises `Unknown` unless the roster tells which of the two it is.
        """
        if origin.other is None:
            return origin
        both = (origin, origin.other)
        found = [one for one in both if self._numbered(one.number)]
        if len(found) > 1:
            found = [one for one in found if _is_name(one.name, self._numbered(one.number)[0])]
        if len(found) != 1:
            raise Unknown(
                f"its path may be read as that of number {origin.number} or {origin.other.number}; say with "
                "--roster and the gradebook of the LMS who is in the class"
            )
        return replace(found[0], other=None)

    def find(self, origin: Origin) -> str:
        """Return the name of a student's folder. Raises `Unknown`."""
        if self._people is None:
            name = next(filter(None, (*origin.logins[:1], origin.number, origin.name)), "")
            return folder_name("_".join(name.split()))
        for found in self._candidates(origin):
            if len(found) == 1:
                return folder_name(found[0].student)
            if found:
                raise Unknown(f"{len(found)} students of the roster fit it")
        raise Unknown("nobody in the roster has this number or name")

    def _candidates(self, origin: Origin) -> Iterator[list[Person]]:
        """Yield who fits by user name, by number and by name."""
        logins = [login.casefold() for login in origin.logins]
        for login in logins:
            yield [one for one in self._people if one.student.casefold() == login]
        if origin.number:
            found = self._numbered(origin.number)
            if found and origin.may_be_of_team and not _is_name(origin.name, found[0]):
                raise Unknown(f"its number is that of {found[0].name}, its name is not; is it a team's?")
            yield found
        if origin.name:
            yield [one for one in self._people if _is_name(origin.name, one)]

    def _numbered(self, number: str) -> list[Person]:
        """Return the students with a number of the LMS, or a user name that is this number."""
        people = self._people or ()
        found = [one for one in people if one.number == number]
        return found or [one for one in people if one.student == number]


def read_people(roster: Path, id_column: str | None = None) -> People:
    """Return the students of a roster: a CSV file, or a file that an LMS lets a teacher download.

    Such a file knows the LMS's numbers, too. Folders are named after the column `id_column`, by default
    after one of user names. Raises `ClassroomError`.
    """
    file = find_lms_file(roster)
    if file is None:
        return People(Person(student, name) for student, name in read_roster(roster, id_column).items())
    titles = [id_column] if id_column else [one for one in _LOGIN_COLUMNS if one in file.titles]
    numbers = file.numbers()
    if titles and file.column(titles[0]) is None:
        raise ClassroomError(f"{roster} has no column {id_column}. It has: {shown(', '.join(file.titles))}.")
    students = file.key(titles[0]).values if titles else numbers
    rows = zip(file.students, students, numbers, strict=True)
    return People(Person(student, file.student_name(row), number) for row, student, number in rows)


def folder_name(student: str) -> str:
    """Return a name of a folder in submitted/, as nbgrader can have it. Raises `Unknown`."""
    if not student:
        raise Unknown("it is not said whose it is")
    is_one_folder = "/" not in student and "\\" not in student and not student.startswith(".")
    if not (is_student_name(student) and student.isprintable() and is_one_folder):
        raise Unknown(f"no folder can be called {shown(student)}")
    return student


def _is_name(text: str, person: Person) -> bool:
    """Whether a text is a person's name, with its words joined and the first or the last name in front."""
    words = person.name.split()
    forms = {_plain("".join(words[place:] + words[:place])) for place in range(len(words))}
    return _plain(text) in forms


def _plain(text: str) -> str:
    return _NO_WORD.sub("", text.casefold())
