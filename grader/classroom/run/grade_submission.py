"""Grades one submission: bytes in, a plain record out. No file and no gradebook is read or written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from grader.classroom.cells import (
    Cell,
    Notebook,
    exercise_of,
    grade_id,
    is_answer,
    is_test,
    is_written_answer,
    label,
)
from grader.classroom.grading_notes import set_outputs_note, set_stopped, stopped
from grader.classroom.records import Record
from grader.classroom.repair.read_notebook import read_notebook
from grader.classroom.repair.repair import repair
from grader.classroom.repair.repair_messages import repair_messages
from grader.classroom.run.earlier_run import EarlierRun, keep_run, run_key
from grader.classroom.run.judge_notebook import Judge, is_judged, judge_notebook, judged_exercises
from grader.classroom.run.notebook_outputs import keep_handed_in, number_cells, outputs_of_cells
from grader.classroom.run.settings import Settings
from grader.diagnosis.references import References
from grader.feedback import status
from grader.feedback.render import MIME_TYPE
from grader.isolation.submission import STOPPED, SubmissionProcess
from grader.judge import judge


@dataclass(frozen=True)
class Release:
    """What all submissions of an assignment share.

    `notebook` is the release, None if there is none. The cases of the exercises are drawn from `seed`, and
    `references` are the right answers to them.
    """

    assignment: str
    notebook: Notebook | None
    seed: int
    references: References

    @cached_property
    def lesson_cells(self) -> Mapping[str, str]:
        """The names of the code cells that are not for answers and no tests, by their texts."""
        cells = self.notebook["cells"] if self.notebook else []
        own = (c for c in cells if c["cell_type"] == "code" and not _is_solution(c) and not is_test(c))
        return {cell["source"]: f"<lesson cell {number}>" for number, cell in enumerate(own, 1)}


def grade_submission(
    text: bytes,
    files: Mapping[str, bytes],
    release: Release,
    settings: Settings,
    earlier: EarlierRun | None = None,
) -> Record:
    """Return the record of a submission: the text of its notebook, and the data files beside it by name.

    The notebook is repaired, and its functions are run once and judged. Its outputs are kept as handed in,
    unless the instructor has tests of no exercise: those have to be run. If nothing that runs has changed
    since an `earlier` run, nothing runs again. Raises `UnreadableNotebook`, `BadSubmission` or
    `sandbox.SandboxError`.
    """
    nb = read_notebook(text)
    repairs = tuple(repair_messages(repair(nb, release.notebook)))
    exercises = judged_exercises(release.assignment)
    key = run_key(nb, files, settings, release.seed, exercises, release.lesson_cells)
    is_same = earlier is not None and earlier.key == key
    is_kept = is_same and keep_run(nb, earlier.notebook, exercises, settings.limits)
    seconds = {} if is_kept else run_notebook(nb, files, release, settings)
    return replace(_record(nb, release), repairs=repairs, seconds=seconds, run_key=key, is_kept=is_kept)


def run_notebook(
    nb: Notebook, files: Mapping[str, bytes], release: Release, settings: Settings
) -> dict[str, float]:
    """Run a repaired notebook in place: give each exercise's test the verdict on its function.

    Returns the seconds that each exercise took. Raises `sandbox.SandboxError`.
    """
    exercises = judged_exercises(release.assignment)
    executed = [c for c in nb["cells"] if c["cell_type"] == "code" and not is_judged(c, exercises)]
    seconds = _judge(nb, files, release, settings) if exercises else {}
    if settings.rerun or any(map(is_test, executed)):
        rerun_outputs(nb, files, release.assignment, settings)
        return seconds
    keep_handed_in(executed, settings.limits)
    set_outputs_note(nb, is_rerun=False)
    return seconds


def rerun_outputs(nb: Notebook, files: Mapping[str, bytes], assignment: str, settings: Settings) -> None:
    """Replace the outputs of all cells but the exercises' tests by those of a run with TensorFlow, in place.

    Such a run waits until no submission is judged. Raises `sandbox.SandboxError`.
    """
    exercises = judged_exercises(assignment)
    cells = [c for c in nb["cells"] if c["cell_type"] == "code" and not is_judged(c, exercises)]
    sources = [cell["source"] for cell in cells]
    made = outputs_of_cells(sources, settings.output_limits, files, is_isolated=settings.is_isolated)
    for cell, outputs in zip(cells, made, strict=True):
        cell["outputs"] = outputs
    number_cells(nb)
    set_outputs_note(nb, is_rerun=True)


def _judge(
    nb: Notebook, files: Mapping[str, bytes], release: Release, settings: Settings
) -> dict[str, float]:
    options = {"references": release.references, "carried_forward": settings.carries_errors_forward}
    judge_call: Judge = partial(judge, seed=release.seed, **options)
    exercises, lesson_cells = judged_exercises(release.assignment), release.lesson_cells
    with SubmissionProcess(
        limits=settings.limits,
        is_isolated=settings.is_isolated,
        files=files,
        lesson_cells=tuple(lesson_cells.items()),
    ) as process:
        seconds = judge_notebook(nb, process, exercises, judge_call, lesson_cells)
        # The lessons themselves import TensorFlow.
        attempts = tuple(action for action in process.stopped if action != STOPPED["library"])
    if attempts:
        set_stopped(nb, attempts)
    return seconds


# --- The record ---------------------------------------------------------------------------------------


def _record(nb: Notebook, release: Release) -> Record:
    originals = {grade_id(cell): cell for cell in release.notebook["cells"] if label(cell)}
    exercises = judged_exercises(release.assignment)
    labelled = [cell for cell in nb["cells"] if label(cell)]
    left = [c for c in labelled if _is_solution(c) and c["source"] == originals[grade_id(c)]["source"]]
    unanswered = frozenset(map(grade_id, left))
    tests = [cell for cell in labelled if is_judged(cell, exercises)]
    verdicts = {exercise_of(cell): verdict_data(cell) for cell in tests}
    scores = {
        grade_id(cell): (0.0 if grade_id(cell) in unanswered else None)
        for cell in labelled
        if is_written_answer(cell)
    }
    scores |= {grade_id(cell): _score(cell, exercises) for cell in labelled if is_test(cell)}
    return Record(nb, scores, unanswered, verdicts, stopped=stopped(nb))


def verdict_data(test: Cell) -> Mapping[str, Any]:
    """Return the data of the verdict in a test cell's outputs, or the error in its place."""
    for output in test["outputs"]:
        if output["output_type"] == "error":
            return {"status": status.ERROR, "message": f"{output['ename']}: {output['evalue']}"}
        if MIME_TYPE in output.get("data", {}):
            return output["data"][MIME_TYPE]
    return {}


def _score(test: Cell, exercises: Mapping[str, Any]) -> float:
    if is_judged(test, exercises):
        return float(verdict_data(test).get("score", 0.0))
    import nbformat  # nbgrader's own rule for tests that are no exercise's; it takes seconds to import
    from nbgrader.utils import determine_grade

    return determine_grade(nbformat.from_dict(test))[0]


def _is_solution(cell: Cell) -> bool:
    return is_answer(cell) or is_written_answer(cell)
