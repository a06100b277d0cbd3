"""A prediction that a learner makes before a cell runs, and what it is when the result is there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from grader.study.note import ended

_MOST_CHOICES = 4
_NEAR = 2.0


@dataclass(frozen=True)
class Prediction:
    """A question before a result is computed: a choice among words, among numbers, or a number.

    `choices` are two to four, all texts or all numbers; with none, the answer is any number. `unit` stands
    behind a number. The answer to a choice is its index. Raises `ValueError` for other choices.
    """

    name: str
    question: str
    choices: tuple[str | float, ...] = ()
    unit: str = ""

    def __post_init__(self):
        if self.choices and not 2 <= len(self.choices) <= _MOST_CHOICES:
            raise ValueError(f"the prediction {self.name!r} needs two to four choices, or none for a number")
        if len({isinstance(choice, str) for choice in self.choices}) > 1:
            raise ValueError(
                f"the choices of {self.name!r} are partly words and partly numbers: use one kind"
            )

    @property
    def asks_words(self) -> bool:
        """Whether the choices are texts."""
        return bool(self.choices) and isinstance(self.choices[0], str)

    def is_possible(self, answer: object) -> bool:
        """Whether this can be an answer: the index of a choice, or a finite number."""
        if isinstance(answer, bool) or not isinstance(answer, (int, float)):
            return False
        if self.choices:
            return answer in range(len(self.choices))
        return math.isfinite(answer)

    def words(self, answer: int | float) -> str:
        """An answer as a person reads it."""
        chosen = self.choices[int(answer)] if self.choices else answer
        return chosen if isinstance(chosen, str) else self._number(chosen)

    def options(self) -> tuple[str, ...]:
        """The choices as a person reads them."""
        return tuple(self.words(index) for index in range(len(self.choices)))

    def _number(self, value: float) -> str:
        digits = f"{value:,.3g}" if 1e-3 <= abs(value) < 1e3 or value == 0 else f"{value:.2g}"
        if 1e3 <= abs(value) < 1e6:
            digits = f"{value:,.0f}"
        return f"{digits} {self.unit}".strip().replace("-", "\N{MINUS SIGN}").replace(" %", "%")


@dataclass(frozen=True)
class Outcome:
    """The result in words, and the right answer, an index or a number; None if no choice fits."""

    words: str
    answer: int | float | None


def outcome(prediction: Prediction, result: object) -> Outcome:
    """What the result of a cell says.

    For choices in words, `result` has a condition for each, and the first that is true counts. For numbers it
    is a number; the nearest choice, by its ratio, is right.
    """
    if prediction.asks_words:
        holds = [bool(condition) for condition in _conditions(prediction, result)]
        index = holds.index(True) if True in holds else None
        return Outcome("none of these" if index is None else prediction.words(index), index)
    value = float(result)
    words = prediction._number(value)
    if not prediction.choices or not math.isfinite(value):
        return Outcome(words, None if prediction.choices else value)
    distances = [_distance(value, float(choice)) for choice in prediction.choices]
    nearest = distances.index(min(distances))
    choice = prediction.words(nearest)
    return Outcome(words if words == choice else f"{words}, which is nearest to {choice}", nearest)


def _conditions(prediction: Prediction, result: object) -> Sequence[object]:
    conditions = list(result)
    if len(conditions) != len(prediction.choices):
        raise ValueError(
            f"the result of {prediction.name!r} has {len(conditions)} conditions for "
            f"{len(prediction.choices)} choices: give one for each"
        )
    return conditions


def _distance(value: float, choice: float) -> float:
    return abs(math.log(value / choice)) if value > 0 and choice > 0 else abs(value - choice)


def is_right(prediction: Prediction, answer: int | float, found: Outcome) -> bool:
    """Whether the answer is that of the outcome: the same choice, or a number within a factor of two."""
    if found.answer is None:
        return False
    if prediction.choices:
        return int(answer) == found.answer
    if answer * found.answer > 0:
        return 1 / _NEAR <= answer / found.answer <= _NEAR
    return answer == found.answer


def comparison(prediction: Prediction, answer: int | float | None, found: Outcome) -> str:
    """The prediction beside the result, in sentences."""
    came_out = f"It came out: {ended(found.words)}"
    if answer is None:
        return f"You made no prediction here. {came_out}"
    predicted = f"You predicted: {ended(prediction.words(answer))} {came_out}"
    if is_right(prediction, answer, found):
        return f"{predicted} As you said."
    return f"{predicted} Before you read on: what made the difference?"
