"""Folds what the text says of a result that a learner is to predict, so that it does not give it away."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nbformat import NotebookNode

SUMMARY = "What came out, and why"
_NEXT_SECTION = re.compile(r"^#{1,6} .*", re.MULTILINE | re.DOTALL)


def fold_results(cells: Iterable[NotebookNode]) -> None:
    """Fold, in place, the first Markdown below each cell that compares a prediction with its result.

    A heading in it, and what follows, stays in sight.
    """
    is_told_next = False
    for cell in cells:
        if cell.cell_type == "code":
            is_told_next |= "compare_prediction(" in cell.source
        elif is_told_next:
            is_told_next = False
            cell.source = _folded(cell.source)


def _folded(text: str) -> str:
    found = _NEXT_SECTION.search(text)
    told, rest = (text[: found.start()], found[0]) if found else (text, "")
    if not told.strip():
        return text
    fold = f"<details>\n<summary>{SUMMARY}</summary>\n\n{told.strip()}\n\n</details>"
    return f"{fold}\n\n{rest}".strip()
