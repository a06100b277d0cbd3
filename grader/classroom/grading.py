"""Grades a class: releases the lesson, grades what is new, and returns the class table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from grader.classroom.class_table import Row, class_table
from grader.classroom.cluster.scheduler import Scheduler
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.release import ensure_released
from grader.classroom.errors import Interrupted
from grader.classroom.feedback_pages import update_pages
from grader.classroom.file_access import naming_what_cannot_be_written
from grader.classroom.journal import Journal
from grader.classroom.noted_failures import note_failures
from grader.classroom.preconditions import (
    demand_lesson,
    demand_shipped_steps,
    find_submissions,
    open_course,
)
from grader.classroom.receipts import read_receipts, release_fingerprint
from grader.classroom.release_changes import describe_changes
from grader.classroom.writer_lock import writing
from grader.isolation.foreign_text import InertConsole


@naming_what_cannot_be_written()
def grade(
    lesson: str,
    course: Path = Path("."),
    students: Iterable[str] | None = None,
    *,
    force: bool = False,
    rerun: bool = False,
    jobs: int | None = None,
    console: Console | None = None,
    is_isolated: bool = True,
    scheduler: Scheduler | None = None,
    log: Path | None = None,
) -> list[Row]:
    """Grade the submissions for `lesson` in the course folder `course`, and give feedback.

    The lesson is released first if need be. A submission that was graded before, against the same
    release, is left alone unless `force` is set; one that fails is reported and stops no other.
    With `rerun`, the notebooks run once more for their outputs, one by one, when all are judged.
    `jobs` notebooks run at once, by default one for each core. Submissions run in sandboxes, unless
    `is_isolated` is unset. With a `scheduler`, the workers of its Dask cluster grade.
    How long each submission and exercise took is added to the table `log`, a CSV file.
    Returns the class table's rows, of the `students` named or of all.
    Raises `ClassroomError`, and `Interrupted` for a KeyboardInterrupt while submissions are graded.
    """
    demand_lesson(lesson)
    assignment = Assignment(open_course(Path(course), is_isolated), lesson)
    demand_shipped_steps(assignment.course)
    console = console or InertConsole(stderr=True)
    with writing(assignment.course):
        ensure_released(assignment)
        submissions = find_submissions(assignment, students)
        release = release_fingerprint(assignment)
        receipts = read_receipts(submissions, release)
        Journal(assignment.course.root, release).tidy(receipts)
        new = [submission for submission in submissions if force or submission not in receipts]
        if not new:
            console.print("Nothing new to grade.")
        failures: dict[Submission, str] = {}
        is_rerun = rerun or assignment.course.settings.rerun
        if new or is_rerun:
            from grader.classroom.class_grading import ClassGrading, demand_sandbox
            from grader.classroom.seconds_log import SecondsLog

            if is_isolated and not scheduler:
                demand_sandbox()
            open_pool = None
            if scheduler:
                from grader.classroom.cluster.grading_cluster import GradingCluster

                open_pool = partial(GradingCluster, scheduler=scheduler, console=console)
            seconds_log = SecondsLog(log, lesson) if log else None
            grading = ClassGrading(assignment, release, console, receipts, failures, seconds_log)
            try:
                grading.grade(new, jobs, anew=force, open_pool=open_pool)
                if is_rerun:
                    grading.rerun()
            except KeyboardInterrupt:
                raise Interrupted(_how_to_go_on(lesson, submissions, receipts, failures)) from None
            finally:
                note_failures(assignment, new, failures, release)
            if grading.followed:
                console.print(describe_changes(lesson, grading.followed), markup=False)
        grades = assignment.course.gradebook().grades(lesson)
        remade, not_remade = update_pages(receipts, grades)
        if remade:
            console.print(f"Feedback pages that follow the gradebook's changes: {len(remade)}.")
        failures |= not_remade
    return class_table(lesson, submissions, receipts, failures, grades)


def _how_to_go_on(
    lesson: str,
    submissions: Sequence[Submission],
    graded: Collection[Submission],
    failed: Collection[Submission],
) -> str:
    done = sum(submission in graded for submission in submissions)
    failures = f", {len(failed)} could not be graded" if failed else ""
    return (
        f"Interrupted: {done} of {len(submissions)} are graded and written{failures}. Nothing is lost. "
        f"To grade the rest: grader grade {lesson}"
    )
