"""Whose notebook a data file of an archive lies beside, and where: a CSV file, a picture, a module."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from grader.classroom.collect.archive import ArchivedFile
from grader.classroom.collect.names import Origin
from grader.classroom.collect.people import People, Unknown
from grader.classroom.collect.plan import Handed, Plan
from grader.classroom.course.assignment import TIMESTAMP_FILE
from grader.classroom.run.submitted_files import DEPTH_LIMIT, FILES_LIMIT

_NOBODYS = "no notebook, nor a file beside one that is placed"


def plan_data_files(plan: Plan, people: People) -> None:
    """Plan where the files lie that are no notebooks, and say why some of them are not placed."""
    for file, origin in sorted(plan.others, key=lambda one: one[1].attempt):
        try:
            owner = _owner(file, origin, list(plan.handed.values()), people)
            name = _name(file, origin, owner)
            _demand_usable(name, plan.data[owner.place])
        except Unknown as reason:
            plan.not_placed[file.path] = str(reason)
            continue
        if earlier := plan.data[owner.place].get(name):
            plan.earlier.append(earlier.path)
        plan.data[owner.place][name] = file


def _owner(file: ArchivedFile, origin: Origin, handed: Collection[Handed], people: People) -> Handed:
    """Return the notebook of the student whose file it is. Raises `Unknown` if there is none, or several."""
    if origin.number or origin.account or origin.time:  # as an LMS gives it
        student = people.find(origin)
        found = [one for one in handed if one.student == student]
        if found and not any(one.time == origin.time for one in found):
            raise Unknown("of another attempt than the notebook")
        found = [one for one in found if one.time == origin.time]
    else:
        found = [one for one in handed if _own_folder(one) and _is_in(file, _own_folder(one))]
    if len(found) > 1:
        found = [one for one in found if one.file.parts[:-1] and _is_in(file, one.file.parts[:-1])] or found
    if len(found) > 1:
        raise Unknown(f"{len(found)} notebooks of {found[0].student} may need it")
    if not found:
        raise Unknown(_NOBODYS)
    return found[0]


def _own_folder(handed: Handed) -> tuple[str, ...]:
    """Return the folder that is named after the student, as the path of the notebook has it; else nothing."""
    folders = handed.file.parts[:-1]
    places = [place for place, name in enumerate(folders, 1) if name == handed.origin.name]
    return folders[: places[-1]] if places else ()


def _is_in(file: ArchivedFile, folder: tuple[str, ...]) -> bool:
    return file.parts[: len(folder)] == folder


def _name(file: ArchivedFile, origin: Origin, owner: Handed) -> str:
    """Return where a file lies as seen from its notebook: in the same place, or else beside it."""
    if origin.file != file.parts[-1]:
        return origin.file
    for folder in (owner.file.parts[:-1], _own_folder(owner)):
        if folder and _is_in(file, folder):
            return "/".join(file.parts[len(folder) :])
    return origin.file


def _demand_usable(name: str, others: Collection[str]) -> None:
    """Raise `Unknown` for a file that may not lie beside a notebook of which the `others` lie there."""
    parts = PurePosixPath(name).parts
    if name == TIMESTAMP_FILE:
        raise Unknown("it would say when the notebook was handed in, which the LMS has to say")
    is_plain = all(part.isprintable() and part[:1] not in (".", "~") and "\\" not in part for part in parts)
    if not (parts and is_plain and "/".join(parts) == name):
        raise Unknown("a hidden file, or no name for one")
    if len(parts) > DEPTH_LIMIT:
        raise Unknown(f"in more than {DEPTH_LIMIT} folders within each other")
    paths = [PurePosixPath(other) for other in (*others, name)]
    if len({one for path in paths for one in (path, *path.parents)}) >= FILES_LIMIT:
        raise Unknown(f"the submission has more than {FILES_LIMIT} files and folders")
