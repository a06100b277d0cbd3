"""Ways to write slips, and the slips that exercises of several lessons share.

A slip replaces a step by `wrong(right, *arguments, **steps)`, where `right` is the step itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from grader.lessons.exercise import Hint, Slip

FIRST_ROW, LAST_ROW = slice(0, 1), slice(-1, None)
"""A single row of an array, with its axis."""


def slips_in(step: str, *named: tuple[str, Callable]) -> tuple[Slip, ...]:
    """Slips in one step, each given as its name and what replaces the step."""
    return tuple(Slip(name, {step: wrong}) for name, wrong in named)


def with_hints(slips: Iterable[Slip], hints: Mapping[str, Hint]) -> tuple[Slip, ...]:
    """The slips in their order, with the hint that `hints` has for their name, else with their own."""
    return tuple(slip.with_hint(hints.get(slip.name, slip.hint)) for slip in slips)


# --- Replacements of a step -------------------------------------------------------------------------


def changed(change: Callable) -> Callable:
    """A replacement that applies `change` to the step's right result."""
    return lambda right, *arguments, **steps: change(right(*arguments, **steps))


def replaced_by(wrong: Callable) -> Callable:
    """A replacement `wrong(*arguments)` that makes no use of the right step, nor of the steps below it."""
    return lambda right, *arguments, **steps: wrong(*arguments)


def of_rows(rows, *positions: int) -> Callable:
    """A replacement that keeps only the `rows` of the arguments at `positions`."""

    def wrong(right, *arguments, **steps):
        kept = (a[rows] if i in positions else a for i, a in enumerate(arguments))
        return right(*kept, **steps)

    return wrong


def one_row(rows) -> Callable:
    """A replacement that keeps only the `rows` of the right result."""
    return changed(lambda result: result[rows])


def repeated_row(row: int) -> Callable:
    """A replacement with one row of the right result in the place of every row."""
    return changed(lambda result: np.broadcast_to(result[row], result.shape))


def _first_row_and_zeros(rows):
    kept = np.zeros_like(rows)
    kept[0] = rows[0]
    return kept


# --- Steps and numbers ------------------------------------------------------------------------------


def unchanged(value, *others):
    """The value itself: a step that does nothing until a slip replaces it."""
    return value


def transposed_if_square(matrix):
    """The transpose of a square matrix, any other array as it is."""
    return matrix.T if matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] else matrix


SQUARE = (
    "Call it with a square matrix of two rows that has a single entry other than 0, below the diagonal: from "
    "which input does something come through, and to which unit?"
)
"""The experiment for a product with a transpose, where the shapes of square matrices do not tell."""


def small_numbers(first: int, last: int) -> tuple[float, ...]:
    """10^-first to 10^-last: what learners clip to, or add, against logarithms of 0 and divisions by 0."""
    return tuple(10.0**-k for k in range(first, last + 1))


NAMES_AS_TEXT = Slip(
    "hard-coded-size",
    {},
    hint=Hint(
        advice="As text, W10 comes before W2, and its second character is a 1. Where does your code take the "
        "layers' order and numbers from?",
        experiment="Sort twelve names as they are, then by their numbers: in which order are the layers?",
        code="tiny_names = [f'W{layer}' for layer in range(1, 13)]\n"
        "print(sorted(tiny_names))\nprint(sorted(tiny_names, key=lambda name: int(name[1:])))",
    ),
)
"""What goes wrong with ten layers and more alone. It predicts nothing: names can be misread in many ways."""


# --- Labels -----------------------------------------------------------------------------------------


HARDENED = (
    lambda y: np.where(y == 1, 1.0, 0.0),
    lambda y: np.where(y == 0, 0.0, 1.0),
    lambda y: np.where(y >= 0.5, 1.0, 0.0),
    lambda y: np.where(y == 1, 1.0, np.where(y == 0, 0.0, 0.5)),
)
"""What branches on a label make of soft ones: 1 alone is 1, 0 alone is 0, a half divides them."""


# --- One example for all ----------------------------------------------------------------------------


SINGLE_ROW_SLIPS = slips_in(
    "answer", ("one-example-only", one_row(FIRST_ROW)), ("one-example-only", one_row(LAST_ROW))
)
"""For answers with a row for each example: the first row or the last, and no other."""

ONE_ROW_SLIPS = (
    *SINGLE_ROW_SLIPS,
    *slips_in(
        "answer",
        ("one-example-only", changed(_first_row_and_zeros)),
        ("one-example-only", repeated_row(0)),
        ("one-example-only", repeated_row(-1)),
    ),
)
"""The same, and answers that keep their shape but know one row only."""


EXAMPLES_SUMMED = slips_in(
    "answer",
    ("examples-summed", changed(lambda rows: rows.sum(axis=0))),
    ("examples-summed", changed(lambda rows: rows.sum(axis=0, keepdims=True))),
)
"""For answers with a row for each example: the sum of all rows, as an array or as a row."""


def one_example_slips(*positions: int) -> tuple[Slip, ...]:
    """Slips that answer for the first or the last example alone, with its axis or without.

    The arguments at `positions` have a row for each example.
    """

    def without_axis(wrong):
        return lambda *arguments, **steps: wrong(*arguments, **steps)[0]

    return slips_in(
        "answer",
        *(
            ("one-example-only", wrong)
            for only in (of_rows(FIRST_ROW, *positions), of_rows(LAST_ROW, *positions))
            for wrong in (only, without_axis(only))
        ),
    )
