"""What an earlier run of a submission has found stays true as long as nothing that runs has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from grader.classroom.cells import Cell, Notebook, exercise_of, is_test, label
from grader.classroom.edition import edition
from grader.classroom.grading_notes import made_with, set_outputs_note, set_stopped, stopped
from grader.classroom.run.judge_notebook import VERSIONS, is_judged
from grader.classroom.run.notebook_outputs import keep_handed_in, number_cells
from grader.classroom.run.settings import Settings
from grader.feedback.render import MIME_TYPE, with_points
from grader.isolation.limits import Limits
from grader.lessons import Exercise

_DIGITS = 9
"""Decimals of a score out of an exercise's own points, as `grader.judge` rounds it."""


@dataclass(frozen=True)
class EarlierRun:
    """A run of last time: its key (see `run_key`), and the autograded notebook that came of it."""

    key: str
    notebook: Notebook


def run_key(
    nb: Notebook,
    files: Mapping[str, bytes],
    settings: Settings,
    seed: int,
    exercises: Mapping[str, Exercise],
    lesson_cells: Mapping[str, str],
) -> str:
    """Return a hash of all that the run of a repaired notebook, and the verdicts on it, depend on.

    These are its code in order, with the names of the lesson's own cells by their texts, the places of the
    tests, and the data files; the course's seed, settings and code; the versions of Python and NumPy, here
    and there. The text of an exercise's test never runs, and its points only scale the score.
    """
    code = [
        ["test", exercise_of(cell)]
        if is_judged(cell, exercises)
        else [lesson_cells.get(cell["source"], ""), cell["source"], is_test(cell)]
        for cell in _code_cells(nb)
    ]
    contents = {name: sha256(content).hexdigest() for name, content in files.items()}
    versions = [made_with(nb, what) for what in VERSIONS]
    parts = [code, contents, versions, seed, repr(replace(settings, rerun=False)), edition()]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def keep_run(nb: Notebook, before: Notebook, exercises: Mapping[str, Exercise], limits: Limits) -> bool:
    """Give a repaired notebook what the run of `before`, which has the same key, has found, in place.

    Scores follow the points of the tests. Returns False, with nothing changed, if one of them cannot, since
    its test had no points.
    """
    pairs = list(zip(_code_cells(nb), _code_cells(before), strict=True))
    tests = [(cell, _rescaled(cell, other, exercises)) for cell, other in pairs if is_judged(cell, exercises)]
    if any(outputs is None for _, outputs in tests):
        return False
    for test, outputs in tests:
        test["outputs"] = outputs
    if actions := stopped(before):
        set_stopped(nb, actions)
    others = [pair for pair in pairs if not is_judged(pair[0], exercises)]
    has_run = any(is_test(cell) for cell, _ in others)
    if has_run:
        for cell, other in others:
            cell["outputs"] = other["outputs"]
        number_cells(nb)
    else:
        keep_handed_in([cell for cell, _ in others], limits)
    set_outputs_note(nb, is_rerun=has_run)
    return True


def _code_cells(nb: Notebook) -> list[Cell]:
    return [cell for cell in nb["cells"] if cell["cell_type"] == "code"]


def _rescaled(test: Cell, before: Cell, exercises: Mapping[str, Exercise]) -> list[Cell] | None:
    """Return the outputs of the test of last time, with its verdict out of the points that it has now."""
    outputs = [_rescaled_output(output, test, exercises) for output in before["outputs"]]
    return None if None in outputs else outputs


def _rescaled_output(output: Cell, test: Cell, exercises: Mapping[str, Exercise]) -> Cell | None:
    data = output.get("data", {}).get(MIME_TYPE)
    if data is None:  # it is an error
        return output
    output = {**output, "execution_count": None}
    points, own = float(label(test)["points"]), float(exercises[exercise_of(test)].points)
    if data["max_score"] == points:
        return output
    if not data["max_score"]:
        return None
    score = round(data["score"] * own / data["max_score"], _DIGITS)  # out of the exercise's own points
    score = score if points == own else score * points / own
    return {**output, "data": with_points(output["data"], score, points)}
