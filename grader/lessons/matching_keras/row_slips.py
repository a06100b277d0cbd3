"""Slips that answer for one row alone, in the words of this lesson."""

from __future__ import annotations

from grader.lessons import slips
from grader.lessons.exercise import Hint

SINGLE_ROW_SLIPS = slips.with_hints(
    slips.SINGLE_ROW_SLIPS,
    {
        "one-example-only": Hint(
            advice="Every row has an answer of its own, and only one comes back. Look for an index that "
            "picks a row, or a loop that returns too early or keeps only its last result.",
            experiment="Call it with a few rows and count the rows of what comes back.",
        )
    },
)
