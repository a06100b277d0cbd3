"""Slips that change the right answer as a whole, for any exercise of the lesson."""

from __future__ import annotations

from collections.abc import Callable

from grader.lessons.exercise import Hint, Slip


def answer_slip(name: str, change: Callable, **fields) -> Slip:
    """A slip whose answer is `change(right_answer, *arguments)`; `fields` are further ones of `Slip`."""

    def step(right, *arguments, **steps):
        return change(right(*arguments, **steps), *arguments)

    return Slip(name, {"answer": step}, **fields)


_ONE_ROW = Hint(
    advice="Every row has an answer of its own, and only one comes back. Look for an index that picks a row, "
    "or a loop that returns too early or keeps only its last result.",
    experiment="Call it with a few rows and count the rows of what comes back.",
)

ONE_ROW_SLIPS = (
    answer_slip("one-example-only", lambda answer, *arguments: answer[:1], hint=_ONE_ROW),
    answer_slip("one-example-only", lambda answer, *arguments: answer[-1:], hint=_ONE_ROW),
)
