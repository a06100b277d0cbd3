"""What the names of files say of who handed them in, and when, as each learning management system has it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

_TEXT_ENTRY = "a text or link that was typed into the LMS, no file"
_ANONYMOUS = "handed out without names; download it with names"
_NOTE = "what Blackboard notes on an attempt"
_TEAM = "of a team that has no number"
_NO_NAME = "no name of a student in its path"
_TWO_READINGS = "its path has the mark of the LMS twice, so that it could be somebody else's"

Parts = Sequence[str]
"""The folders of a file and its name."""


@dataclass(frozen=True)
class Origin:
    """Whose a file is, and what it is called.

    `number` is the LMS's number of the student, `account` another one that no file for teachers has. `logins`
    are what may be the user name, the most probable first; `name` is the name, as far as the path has it.
    `attempt` orders what a student handed in. `time` is when, in the local time of the course. With
    `may_be_of_team`, `number` and `name` may be a team's; its number may be that of a student, too. `problem`
    says why it cannot be anybody's; `other` is what else the path may say.
    """

    file: str = ""
    number: str = ""
    account: str = ""
    logins: tuple[str, ...] = ()
    name: str = ""
    time: dt.datetime | None = None
    attempt: int = 0
    is_late: bool = False
    may_be_of_team: bool = False
    problem: str = ""
    other: Origin | None = None


Naming = Callable[[Parts], Origin | None]
"""Returns what a path says, None if it is not as this LMS gives it."""

_NUMBER = re.compile("[1-9][0-9]*")
_CANVAS_TEXT = re.compile(r"(?:.*_)?\d+_(text|link)\.html", re.DOTALL)
_CANVAS_ANONYMOUS = re.compile(r"(LATE_)?anon_[^_]+_\d+_.+|(LATE_)?anon_[^_]+_(text|link)\.html", re.DOTALL)


def canvas_origin(parts: Parts) -> Origin | None:
    """Read `NAME[_LATE]_USER_ATTACHMENT_FILE`; a later attachment has a larger number.

    A name may end as `student_1` does, and a file may begin as `2026_03.ipynb` does. Attachments have larger
    numbers than most that people choose, so there is a second reading only where it has a larger one.
    """
    path = parts[-1]
    if _CANVAS_ANONYMOUS.fullmatch(path):
        return Origin(path, problem=_ANONYMOUS)
    if _CANVAS_TEXT.fullmatch(path):
        return Origin(path, problem=_TEXT_ENTRY)
    readings = list(_canvas_readings(path.split("_")))
    if not readings:
        return None
    first, last = readings[0], max(readings, key=lambda one: one.attempt)
    return replace(first, other=last if last.attempt > first.attempt else None)


def _canvas_readings(words: Sequence[str]) -> Iterator[Origin]:
    """Yield what a path says that was split at `_`, once for each place where the two numbers may be."""
    for place in range(1, len(words) - 2):
        user, attachment, file = words[place], words[place + 1], "_".join(words[place + 2 :])
        if file and _NUMBER.fullmatch(user) and _NUMBER.fullmatch(attachment):
            is_late = words[place - 1] == "LATE"
            name = "_".join(words[: place - 1] if is_late else words[:place])
            yield Origin(file, user, name=name, attempt=int(attachment), is_late=is_late)


_MOODLE_MARK = "_assignsubmission_"
_MOODLE = re.compile(
    r"(?P<name>.*?)(?:_(?P<number>\d+))?_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL
)


def moodle_origin(parts: Parts) -> Origin | None:
    """Read `NAME_NUMBER_assignsubmission_PLUGIN/FILE`, or the same with `_` before FILE and no folder."""
    for place, part in enumerate(parts):
        match = _MOODLE.fullmatch(part)
        if match is None:
            continue
        file = parts[-1] if place < len(parts) - 1 else match["file"] or ""
        if match["plugin"] != "file":
            return Origin(file, problem=_TEXT_ENTRY)
        if part.count(_MOODLE_MARK) > 1:  # people may choose their names, and those of their files
            return Origin(file, problem=_TWO_READINGS)
        if match["number"] is None:
            return Origin(file, problem=_TEAM)
        return Origin(file, number=match["number"], name=match["name"], may_be_of_team=True)
    return None


# The first mark counts: a learner chooses what stands behind it, the name of the file.
_BLACKBOARD = re.compile(
    r"(?P<who>.+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)", re.DOTALL
)


def blackboard_origin(parts: Parts) -> Origin | None:
    """Read `ASSIGNMENT_USERNAME_attempt_TIME_FILE`; the assignment and the user name may have a `_` each."""
    match = _BLACKBOARD.fullmatch(parts[-1])
    if match is None:
        return None
    words = match["who"].split("_")
    logins = tuple("_".join(words[place:]) for place in range(1, len(words)))
    time = _time(match["time"], "%Y-%m-%d-%H-%M-%S")
    problem = _NOTE if not match["file"] else "" if logins else _NO_NAME
    return Origin(match["file"] or parts[-1], logins=logins, time=time, problem=problem)


_BRIGHTSPACE = re.compile(
    r"(?P<account>\d+)-\d+ - (?P<name>.+) - (?P<time>[A-Z][a-z]{2} \d{1,2}, .+)", re.DOTALL
)


def brightspace_origin(parts: Parts) -> Origin | None:
    """Read `NUMBER-NUMBER - NAME - TIME/FILE`."""
    for part in parts[:-1]:
        match = _BRIGHTSPACE.fullmatch(part)
        if match:
            time = _time(match["time"], "%b %d, %Y %I%M %p")
            return Origin(parts[-1], account=match["account"], name=match["name"], time=time)
    return None


_SEPARATORS = re.compile(r"[\s_-]+")
_COPY = re.compile(r"^(?:copy of\s+)+", re.IGNORECASE)
_RENAMED = re.compile(
    r"(?:\s*\(\d{1,3}\)|-\d{1,3}|-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|-Copy\d*)$", re.IGNORECASE
)


def plain_origins(paths: Sequence[Parts], lessons: Collection[str]) -> list[Origin]:
    """Read `STUDENT/FILE`, or a FILE whose name holds that of the student, as downloads from Colab are.

    A folder that all files are in is nobody's, unless all notebooks in it can be one student's. Nor is one
    with several notebooks of a lesson.
    """
    folders = [[part for part in parts[:-1] if part not in lessons] for parts in paths]
    named = [lesson_of_name(parts[-1], lessons) for parts in paths]
    notebooks = [place for place, parts in enumerate(paths) if is_notebook_name(parts[-1])]
    while all(folders) and len({one[0] for one in folders}) == 1:
        in_it = [(paths[place][-1], named[place]) for place in notebooks if len(folders[place]) == 1]
        if len(in_it) == len(notebooks) and _may_be_one_students(in_it):
            break
        folders = [one[1:] for one in folders]
    nearest = ["/".join(one) for one in folders]
    counts = Counter(zip(nearest, named, strict=True))
    origins = []
    for parts, own, folder, lesson in zip(paths, folders, nearest, named, strict=True):
        is_own = own and (counts[folder, lesson] == 1 or not lesson)
        name = own[-1] if is_own else _rest_of_name(parts[-1], lesson)
        logins = (name, "_".join(name.split())) if name else ()
        origins.append(Origin(parts[-1], logins=logins, name=name, problem="" if name else _NO_NAME))
    return origins


def _may_be_one_students(notebooks: Sequence[tuple[str, str]]) -> bool:
    """Whether notebooks, by name and lesson, are of a lesson each and no name holds that of a person, too."""
    each_has_its_lesson = len({lesson for _, lesson in notebooks}) == len(notebooks)
    named = (lesson and _rest_of_name(file, lesson) for file, lesson in notebooks)
    return each_has_its_lesson and not any(named)


def _rest_of_name(file: str, lesson: str) -> str:
    """Return what the name of a notebook has beside that of a lesson and the marks of copies."""
    stem = file.rpartition(".")[0] or file
    stem = _RENAMED.sub("", _COPY.sub("", stem.strip()))
    if lesson:
        stem = re.sub(re.escape(lesson), " ", stem, flags=re.IGNORECASE)
    return _SEPARATORS.sub(" ", stem).strip()


NAMINGS: tuple[Naming, ...] = (moodle_origin, blackboard_origin, brightspace_origin, canvas_origin)


def read_origins(paths: Iterable[Parts], lessons: Collection[str]) -> list[Origin]:
    """Return what the paths of an archive say, read as the LMS gives them which fits half of them or more."""
    paths = list(paths)
    for naming in NAMINGS:
        origins = [naming(parts) for parts in paths]
        fitting = sum(origin is not None for origin in origins)
        if fitting and 2 * fitting >= len(paths):
            strange = "its path is not like those of the other files"
            return [
                origin or Origin(parts[-1], problem=strange)
                for origin, parts in zip(origins, paths, strict=True)
            ]
    return plain_origins(paths, lessons)


def is_notebook_name(file: str) -> bool:
    """Whether a file is called as a notebook is."""
    return file.lower().endswith(".ipynb")


def lesson_of_name(file: str, lessons: Iterable[str]) -> str:
    """Return the lesson whose name is in that of a notebook, "" if none or several.

    Browsers and LMSs rename files, to `NAME-1`, `NAME (1)`, `Copy of NAME`, so the rest is not looked at.
    """
    found = [one for one in lessons if one in file.casefold()]
    return found[0] if len(found) == 1 else ""


def _time(text: str, form: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, form)
    except ValueError:
        return None
