"""Says in words what was repaired in a submission."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.classroom.cells import Cell, exercise_of, grade_id, is_answer, is_locked, is_test
from grader.isolation.foreign_text import inert_line

_BELOW = "below the test"
_QUOTED = re.compile("`[^`]*`")
_ANSWER_BELOW = "answer below"
_NAMED = 4
"""So many cells are named in a sentence; more are counted."""
# What had happened to one cell, and to several cells.
_MESSAGES = {
    "deleted": ("had been deleted", "had been deleted"),
    "edited": ("had been edited", "had been edited"),
    "label lost": ("had lost its grading label", "had lost their grading labels"),
    "other points": ("had other points than the lesson has now",) * 2,
    "tagged": ("had a tag that changes how it runs", "had tags that change how they run"),
    "turned into another type": ("had been turned into another cell type",) * 2,
    "moved": ("stood above the answer", "stood above their answers"),
    "duplicated": ("was there more than once, and only one counts",) * 2,
    _ANSWER_BELOW: (
        "is empty, and it is what is tested: the function is defined again "
        f"{_BELOW}, where it does not count",
        "are empty, and they are what is tested: the functions are defined again "
        f"{_BELOW}s, where they do not count",
    ),
    "several answers": (
        "was there more than once: every copy runs, and the last one above the test counts",
        "were there more than once: every copy runs, and the last one above the test counts",
    ),
}


@dataclass(frozen=True)
class CellRepair:
    """One repair: `kind`, a key of `_MESSAGES`, says what had happened; `cell` names the cell in words."""

    kind: str
    cell: str


def repair_messages(repairs: Sequence[CellRepair]) -> list[str]:
    """Return one sentence for each kind of repair."""
    sentences = []
    for kind in dict.fromkeys(repair.kind for repair in repairs):
        cells = [repair.cell for repair in repairs if repair.kind == kind]
        subject, message = _listed(cells), _MESSAGES[kind][len(cells) > 1]
        sentences.append(f"{subject[0].upper()}{subject[1:]} {message}.")
    return sentences


def tells_of_answer_below(sentences: Iterable[str]) -> bool:
    """Whether one of the sentences says that an answer stands below its test; quoted words do not count."""
    return any(_BELOW in _QUOTED.sub("", sentence) for sentence in sentences)


def _listed(cells: Sequence[str]) -> str:
    if len(cells) > _NAMED:
        return f"{len(cells)} cells"
    return cells[0] if len(cells) == 1 else f"{', '.join(cells[:-1])} and {cells[-1]}"


def repair_summary(repairs: Sequence[CellRepair]) -> str:
    """Return the Markdown text that stands on top of a repaired notebook."""
    below = [repair for repair in repairs if repair.kind == _ANSWER_BELOW]
    put_back = [repair for repair in repairs if repair.kind != _ANSWER_BELOW]
    texts = [_put_back_summary(put_back)] if put_back else []
    if below:
        texts.append(f"**{repair_messages(below)[0]}** Write each function into its answer cell.")
    return "\n\n".join(texts)


def _put_back_summary(repairs: Sequence[CellRepair]) -> str:
    count = len({repair.cell for repair in repairs})
    subject = "one cell of this notebook was" if count == 1 else f"{count} cells of this notebook were"
    bullets = "\n".join(f"- {sentence}" for sentence in repair_messages(repairs))
    return f"**Before grading, {subject} put back:**\n\n{bullets}\n\nNo answer was changed."


def labelled_cell_name(original: Cell) -> str:
    """Return a name in words for a labelled cell of the release."""
    if is_test(original):
        exercise = exercise_of(original)
        return f"the test of `{exercise}`" if exercise else f"the test `{grade_id(original)}`"
    if is_answer(original):
        return f"the answer cell of `{grade_id(original)}`"
    return "the setup cell" if is_locked(original) else f"the written answer `{grade_id(original)}`"


def other_cell_name(cell: Cell) -> str:
    """Return a name in words for a cell without a label: its first words."""
    line = next((line for line in cell["source"].splitlines() if line.strip()), "")
    words = inert_line(line.strip().replace("`", "'"), 400)[:40]
    return f"the cell that begins `{words}`"
