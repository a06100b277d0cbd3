"""Collects submissions from an archive that an LMS handed out, or from a folder of downloaded notebooks."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader import lessons
from grader.classroom.collect.archive import BadFile, open_archive
from grader.classroom.collect.collected_files import collected_files
from grader.classroom.collect.data_files import plan_data_files
from grader.classroom.collect.people import People, read_people
from grader.classroom.collect.place import NEW, OLDER, REPLACED, UNCHANGED, Placed, place
from grader.classroom.collect.plan import Handed, Plan, make_plan
from grader.classroom.course.assignment import Assignment
from grader.classroom.preconditions import demand_lesson, open_course
from grader.classroom.writer_lock import only_writer
from grader.isolation.foreign_text import inert_line
from grader.isolation.limits import Limits

_PATH_LIMIT = 500
_OLDER = "Left as they are, since what is there was handed in later"


@dataclass(frozen=True)
class Collected:
    """What became of the submissions in an archive, and the plan, which says why other files are not placed.

    `aside` is the folder to which files were moved that a person had made.
    """

    plan: Plan
    placed: dict[Handed, Placed]
    aside: Path
    is_dry: bool


def collect(
    archive: Path,
    course: Path = Path("."),
    *,
    into: Path | None = None,
    lesson: str | None = None,
    roster: Path | None = None,
    id_column: str | None = None,
    is_dry: bool = False,
) -> Collected:
    """Place the notebooks of an archive at STUDENT/LESSON/LESSON.ipynb in the course's folder, or `into` one.

    Data files that were handed in with a notebook are laid beside it, as many as are graded with it. What is
    of an earlier attempt alone is removed; what a person made is left, or moved to a folder beside. Students
    are named as `grader.classroom.collect.people` does. With `lesson`, notebooks of others are left out; with
    `is_dry`, nothing is written. Raises `ClassroomError` where one of the files cannot be used.
    """
    if lesson is not None:
        demand_lesson(lesson)
    people = read_people(roster, id_column) if roster else People()
    limit, base = Limits.files_size, into and into.resolve()
    notes = base
    with contextlib.ExitStack() as stack:
        if not into:
            opened = open_course(Path(course))
            limit = opened.settings.limits.files_size
            notes, base = opened.root, opened.root / opened.folders.submitted_directory
            stack.enter_context(only_writer(opened) if not is_dry else contextlib.nullcontext())
        files = stack.enter_context(open_archive(archive))
        plan = make_plan(files, people, lessons.names(), lesson)
        plan_data_files(plan, people)
        aside = base.with_name(f"{base.name}_set_aside") / f"{dt.datetime.now():%Y-%m-%d_%H%M%S}"
        before = stack.enter_context(collected_files(notes, is_dry=is_dry))
        done: dict[Handed, Placed] = {}
        for handed in list(plan.handed.values()):
            own = "/".join(handed.place)
            folder = (
                into / own if into else Assignment(opened, handed.lesson).folder("submitted", handed.student)
            )
            data = plan.data[handed.place]
            try:
                placed = place(handed, data, folder, before.get(own, {}), aside / own, limit, is_dry=is_dry)
            except BadFile as reason:
                plan.not_placed[handed.file.path] = str(reason)
                continue
            plan.not_placed |= {data.pop(name).path: reason for name, reason in placed.refused.items()}
            before[own] = placed.hashes
            done[handed] = placed
    return Collected(plan, done, aside, is_dry)


def describe_collected(collected: Collected) -> Iterator[str]:
    """Yield lines that say what was placed, what was replaced, and what was not placed and why."""
    plan, placed = collected.plan, collected.placed
    counts = Counter(one.outcome for one in placed.values())
    would = " would be" if collected.is_dry else ""
    by_lesson = Counter(handed.lesson for handed in placed)
    of = ", ".join(f"{count} of {name}" for name, count in sorted(by_lesson.items())) or "none"
    parts = [
        f"{counts[NEW]}{would} new",
        f"{counts[REPLACED]}{would} replaced",
        f"{counts[UNCHANGED]} unchanged",
    ]
    yield f"Submissions: {of}. {', '.join(parts)}."
    if collected.is_dry:
        for handed, one in placed.items():
            files = plan.data[handed.place]
            beside = f", with {', '.join(sorted(files))}" if files else ""
            yield f"  {handed.student}: {handed.lesson}, {one.outcome}, from {handed.file.path}{beside}"
    if beside := sum(len(plan.data[handed.place]) for handed in placed):
        yield f"Data files beside them: {beside}"
    for title, outcome in (("Replaced", REPLACED), (_OLDER, OLDER)):
        yield from _listed(title, [one.student for one in placed if placed[one].outcome == outcome])
    yield from _listed("Removed, since the latest attempt is without them", _names(placed, "removed"))
    moved = f"Moved to {collected.aside}, since a person had made or changed them"
    yield from _listed(moved, _names(placed, "moved"))
    yield from _listed("Left as a person has changed them after collecting", _names(placed, "changed"))
    yield from _listed("Left beside a new attempt, since they were not collected", _names(placed, "left"))
    late = [one.student for one in placed if one.origin.is_late]
    yield from _listed("Late by the LMS, which does not say by how much", late)
    if any(one.student == one.origin.number for one in placed):
        yield (
            "Folders are named by the LMS's numbers, which in Moodle are others in each assignment. With "
            "--roster and the gradebook or worksheet that you downloaded they get the names of students."
        )
    yield from _listed("Earlier attempts, not placed", plan.earlier)
    if plan.not_placed:
        yield "Not placed:"
        for path, reason in sorted(plan.not_placed.items()):
            yield f"  {inert_line(path, _PATH_LIMIT)}: {reason}."


def _listed(title: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"{title}: {', '.join(sorted(names))}"


def _names(placed: Mapping[Handed, Placed], kind: str) -> list[str]:
    """Return the paths of files of a kind, an attribute of `Placed`, as seen from the folder of all."""
    return ["/".join((*handed.place, name)) for handed, one in placed.items() for name in getattr(one, kind)]
