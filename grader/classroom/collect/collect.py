"""Collects submissions from an archive that an LMS handed out, or from a folder of downloaded notebooks."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader import lessons
from grader.classroom.collect import place as outcomes
from grader.classroom.collect.archive import BadFile, open_archive
from grader.classroom.collect.data_files import plan_data_files
from grader.classroom.collect.people import People, read_people
from grader.classroom.collect.plan import Handed, Plan, make_plan
from grader.classroom.course.assignment import Assignment
from grader.classroom.preconditions import demand_lesson, open_course
from grader.classroom.writer_lock import only_writer
from grader.isolation.foreign_text import inert_line
from grader.isolation.limits import Limits

_PATH_LIMIT = 500


@dataclass(frozen=True)
class Collected:
    """What became of the files of an archive: each submission with its outcome, and the plan for the rest."""

    plan: Plan
    outcomes: list[tuple[Handed, str]]
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

    Data files that were handed in with a notebook are laid beside it, as many as are graded with it. Students
    are named as `grader.classroom.collect.people` does. With `lesson`, notebooks of others are left out; with
    `is_dry`, nothing is written. Raises `ClassroomError` where one of the files cannot be used.
    """
    if lesson is not None:
        demand_lesson(lesson)
    people = read_people(roster, id_column) if roster else People()
    limit = Limits.files_size
    with contextlib.ExitStack() as stack:
        if not into:
            opened = open_course(Path(course))
            limit = opened.settings.limits.files_size
            stack.enter_context(only_writer(opened) if not is_dry else contextlib.nullcontext())
        files = stack.enter_context(open_archive(archive))
        plan = make_plan(files, people, lessons.names(), lesson)
        plan_data_files(plan, people)
        done = []
        for handed in list(plan.handed.values()):
            student, name = handed.student, handed.lesson
            own = into / student / name if into else Assignment(opened, name).folder("submitted", student)
            try:
                outcome = outcomes.place(handed, own, is_dry=is_dry)
            except BadFile as reason:
                plan.not_placed[handed.file.path] = str(reason)
                continue
            if outcome != outcomes.OLDER and _place_data(plan, handed, own, limit, is_dry):
                outcome = outcomes.REPLACED if outcome == outcomes.UNCHANGED else outcome
            done.append((handed, outcome))
    return Collected(plan, done, is_dry)


def _place_data(plan: Plan, handed: Handed, folder: Path, left: int, is_dry: bool) -> bool:
    """Place the data files of a submission, at most `left` bytes; return whether that changes one."""
    is_changed = False
    for name, file in sorted(plan.data[handed.place].items()):
        try:
            is_new, size = outcomes.place_data(file, folder / name, folder, left, is_dry=is_dry)
        except BadFile as reason:
            plan.not_placed[file.path] = str(reason)
            del plan.data[handed.place][name]
            continue
        is_changed, left = is_changed or is_new, left - size
    return is_changed


def describe_collected(collected: Collected) -> Iterator[str]:
    """Yield lines that say what was placed, what was replaced, and what was not placed and why."""
    counts = Counter(outcome for _, outcome in collected.outcomes)
    would = " would be" if collected.is_dry else ""
    by_lesson = Counter(handed.lesson for handed, _ in collected.outcomes)
    of = ", ".join(f"{count} of {name}" for name, count in sorted(by_lesson.items())) or "none"
    parts = [
        f"{counts[outcomes.NEW]}{would} new",
        f"{counts[outcomes.REPLACED]}{would} replaced",
        f"{counts[outcomes.UNCHANGED]} unchanged",
    ]
    yield f"Submissions: {of}. {', '.join(parts)}."
    if collected.is_dry:
        for handed, outcome in collected.outcomes:
            files = collected.plan.data[handed.place]
            beside = f", with {', '.join(sorted(files))}" if files else ""
            yield f"  {handed.student}: {handed.lesson}, {outcome}, from {handed.file.path}{beside}"
    if beside := sum(len(collected.plan.data[handed.place]) for handed, _ in collected.outcomes):
        yield f"Data files beside them: {beside}"
    replaced = [one.student for one, outcome in collected.outcomes if outcome == outcomes.REPLACED]
    yield from _listed("Replaced", replaced)
    older = [one.student for one, outcome in collected.outcomes if outcome == outcomes.OLDER]
    yield from _listed("Left as they are, since what is there was handed in later", older)
    late = [one.student for one, _ in collected.outcomes if one.origin.is_late]
    yield from _listed("Late by the LMS, which does not say by how much", late)
    if any(one.student == one.origin.number for one, _ in collected.outcomes):
        yield (
            "Folders are named by the LMS's numbers, which in Moodle are others in each assignment. With "
            "--roster and the gradebook or worksheet that you downloaded they get the names of students."
        )
    yield from _listed("Earlier attempts, not placed", collected.plan.earlier)
    if collected.plan.not_placed:
        yield "Not placed:"
        for path, reason in sorted(collected.plan.not_placed.items()):
            yield f"  {inert_line(path, _PATH_LIMIT)}: {reason}."


def _listed(title: str, names: list[str]) -> Iterator[str]:
    if names:
        yield f"{title}: {', '.join(sorted(names))}"
