"""Finds the cells of a submission that correspond to the labelled cells of the release.

Labels, ids and texts may all have been changed, so criteria are tried from the surest to the least sure.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

from grader.classroom.cells import (
    SETUP,
    Cell,
    grade_id,
    has_same_text,
    id_of_test,
    ids_of,
    is_answer,
    is_locked,
    is_written_answer,
    label,
)
from grader.classroom.repair.defined_names import defines

Criterion = Callable[[Cell, Cell], bool]
"""Whether a cell of a submission (second) may be a cell of the release (first)."""


def match_cells(originals: Sequence[Cell], cells: Sequence[Cell]) -> dict[str, Cell]:
    """Return the cell of a submission for each grade id of the release; no entry where there is none.

    `originals` are the labelled cells of the release, `cells` all cells of the submission.
    """
    matches: dict[str, Cell] = {}
    # Locked cells first: which of several answer cells counts depends on the place of the test cell.
    for group in (
        [original for original in originals if is_locked(original)],
        [original for original in originals if not is_locked(original)],
    ):
        for is_match in _criteria(group):
            for original in group:
                if grade_id(original) not in matches:
                    _match(original, cells, is_match, matches)
    return matches


def find_written_answers(
    release: Sequence[Cell], cells: Sequence[Cell], matches: Mapping[str, Cell]
) -> dict[str, Cell]:
    """Return written answers that lost label and id, by their place; no entry where there is none.

    Such an answer is the last text, of those that the release does not have, below the last cell that stands
    above it in the release and above the first one that stands below.
    """
    answers = {
        place: one
        for place, one in enumerate(release)
        if is_written_answer(one) and grade_id(one) not in matches
    }
    if not answers:
        return {}
    places = _places_in_release(release, cells, matches)
    found: dict[str, Cell] = {}
    for number, answer in answers.items():
        if number in places:  # it was left as released
            found[grade_id(answer)] = cells[places.index(number)]
            continue
        above = max((i for i, place in enumerate(places) if place is not None and place < number), default=-1)
        gap = itertools.takewhile(lambda i: places[i] is None, range(above + 1, len(cells)))
        texts = [cells[i] for i in gap if cells[i]["cell_type"] == "markdown" and cells[i]["source"].strip()]
        texts = [cell for cell in texts if all(cell is not other for other in found.values())]
        if texts:
            found[grade_id(answer)] = texts[-1]
    return found


def _places_in_release(
    release: Sequence[Cell], cells: Sequence[Cell], matches: Mapping[str, Cell]
) -> list[int | None]:
    """Return for each cell of a submission its place in the release; None for a learner's own."""
    labelled = {id(cell): name for name, cell in matches.items()}
    names = {grade_id(one): place for place, one in enumerate(release) if label(one)}
    ids = {name: place for place, one in enumerate(release) for name in ids_of(one)}
    texts = {(one["cell_type"], one["source"].strip()): place for place, one in enumerate(release)}
    return [
        names[labelled[id(cell)]]
        if id(cell) in labelled
        else ids.get(cell["id"], texts.get((cell["cell_type"], cell["source"].strip())))
        for cell in cells
    ]


def is_same_cell(original: Cell, cell: Cell) -> bool:
    """Whether a cell without a label is the cell `original` of the release, by its id or its text."""
    return cell["id"] in ids_of(original) or (
        cell["cell_type"] == original["cell_type"] and has_same_text(cell, original)
    )


def _match(
    original: Cell,
    cells: Sequence[Cell],
    is_match: Criterion,
    matches: dict[str, Cell],
) -> None:
    taken = {id(cell) for cell in matches.values()}
    candidates = [cell for cell in cells if id(cell) not in taken and is_match(original, cell)]
    if candidates:
        matches[grade_id(original)] = _choose(original, candidates, cells, matches)


def _choose(
    original: Cell,
    candidates: list[Cell],
    cells: Sequence[Cell],
    matches: Mapping[str, Cell],
) -> Cell:
    """Return the candidate that counts: as in nbgrader the last one, with some exceptions."""
    if grade_id(original) == SETUP:
        return candidates[0]
    if is_answer(original):  # the test does not run a definition below it
        test = matches.get(id_of_test(grade_id(original)))
        return (_cells_above(test, candidates, cells) or candidates)[-1]
    if is_locked(original):
        return candidates[-1]
    written = [cell for cell in candidates if not has_same_text(cell, original)]
    return (written or candidates)[-1]


def _cells_above(test: Cell | None, candidates: list[Cell], cells: Sequence[Cell]) -> list[Cell]:
    if test is None:
        return candidates
    position = {id(cell): index for index, cell in enumerate(cells)}
    return [cell for cell in candidates if position[id(cell)] < position[id(test)]]


def _criteria(originals: Sequence[Cell]) -> list[Criterion]:
    """Return the criteria from the surest to the least sure.

    What an answer cell defines is a surer sign than its label alone.
    """
    sure = [_has_same_label_and_fits, _has_same_id_and_fits]
    if all(map(is_locked, originals)):
        return [*sure, _has_same_label, _has_same_id, _is_recognizable]
    return [*sure, _is_recognizable, _has_same_label, _has_same_id]


def _has_same_label(original: Cell, cell: Cell) -> bool:
    return grade_id(cell) == grade_id(original)


def _has_same_id(original: Cell, cell: Cell) -> bool:
    """Whether the ids agree; a cell that is labelled as an answer is no locked cell, whatever its id."""
    return cell["id"] in ids_of(original) and not (is_locked(original) and is_answer(cell))


def _fits(original: Cell, cell: Cell) -> bool:
    if is_answer(original):
        return defines(cell, grade_id(original))
    if is_locked(original):
        return cell["cell_type"] == original["cell_type"] and has_same_text(cell, original)
    return cell["cell_type"] == original["cell_type"]


def _is_recognizable(original: Cell, cell: Cell) -> bool:
    """Whether the cell fits by its content; the content of a written answer may be anything."""
    return (is_answer(original) or is_locked(original)) and _fits(original, cell)


def _has_same_label_and_fits(original: Cell, cell: Cell) -> bool:
    return _has_same_label(original, cell) and _fits(original, cell)


def _has_same_id_and_fits(original: Cell, cell: Cell) -> bool:
    return _has_same_id(original, cell) and _fits(original, cell)
