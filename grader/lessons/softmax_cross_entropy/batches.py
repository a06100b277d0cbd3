"""Batches of logits and classes to probe an exercise with, and their probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.lessons.cases import stored_by_columns
from grader.lessons.draws import with_zeros_and_equal_rows
from grader.lessons.exercise import Case, Hint
from utils.network import softmax

UNUSUAL = "5 examples and 3 classes"
BATCHES = (
    # label, m, N, tags
    ("the lesson's ten classes", 12, 10, {"lesson"}),
    (UNUSUAL, 5, 3, set()),
    ("as many examples as classes", 4, 4, {"square"}),
    ("two classes", 7, 2, set()),
    ("more classes than examples", 3, 8, set()),
    ("a single example", 1, 6, {"one example"}),
    ("a single class", 5, 1, {"one class", "saturated"}),  # whatever the logit is, the probability is 1
)


@dataclass(frozen=True)
class Batch:
    """Logits `Z` `(m, N)`, integers or floats, and classes `y` `(m,)` of dtype int64."""

    label: str
    Z: np.ndarray
    y: np.ndarray
    tags: frozenset[str]

    @property
    def counts(self) -> dict[str, int]:
        m, N = self.Z.shape
        return {"m": m, "classes": N, "entries": m * N}

    def case(self, *arguments) -> Case:
        """The case of these arguments, with the batch for context."""
        return Case(self.label, arguments, self.tags, self.counts, context=self)


def random_classes(rng: np.random.Generator, m: int, N: int) -> np.ndarray:
    """Draw classes `(m,)` of dtype int64: the first occurs and the last twice, if `m` permits."""
    y = rng.integers(N, size=m)
    y[: min(m, 3)] = [0, N - 1, N - 1][:m]
    return rng.permutation(y)


def batches(rng: np.random.Generator) -> list[Batch]:
    """Draw batches with moderate, integer, tied and saturated logits; the lesson's own comes first."""
    integers = rng.integers(-4, 5, size=(6, 5))
    tied = np.repeat(rng.normal(size=(4, 1)), 3, axis=1) + np.array([0.0, 0.0, -1.0])
    return [
        *_moderate(rng),
        Batch("integer logits", integers, random_classes(rng, 6, 5), frozenset({"integer"})),
        Batch("ties for the largest logit", tied, random_classes(rng, 4, 3), frozenset()),
        *_saturated(rng),
    ]


def _moderate(rng) -> list[Batch]:
    drawn = []
    for label, m, N, tags in BATCHES:
        Z, y = rng.normal(scale=2, size=(m, N)), random_classes(rng, m, N)
        if label == UNUSUAL:
            Z, y[-1] = with_zeros_and_equal_rows(Z), (y[0] + 1) % N
        drawn.append(Batch(label, Z, y, frozenset(tags)))
    return drawn


def _saturated(rng) -> list[Batch]:
    """Batches with logits up to 10,000 in size, where exponentials overflow or all become 0."""
    near = rng.normal(scale=2, size=(4, 4, 3))
    wide = rng.uniform(-1, 1, size=(6, 5))
    logits = {
        "logits up to 10,000 either way": 1e4 * wide / np.abs(wide).max(),
        "very large logits, close to each other": 9e3 + near[0],
        "very negative logits in every row": -9e3 + near[1],
        "rows of very different size": near[2] + np.array([[9e3], [0.0], [-9e3], [800.0]]),
        "logits that lie far apart": near[3] + np.array([0.0, -1200.0, 2500.0]),
    }
    exact = {label: np.round(256 * Z) / 256 for label, Z in logits.items()}  # in float32 too
    tags = frozenset({"saturated"})
    return [Batch(label, Z, random_classes(rng, *Z.shape), tags) for label, Z in exact.items()]


def logit_cases(rng: np.random.Generator) -> list[Case]:
    """Cases with arguments `(Z,)`."""
    return stored_by_columns([batch.case(batch.Z) for batch in batches(rng)], UNUSUAL)


LOGIT_EXAMPLES = {
    "tiny": "tiny = (np.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]),)",
    "tiny_twice": "tiny_twice = (np.tile(tiny[0], (2, 1)),)",
    "tiny_square": "tiny_square = (np.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0], [2.0, 2.0, 3.0]]),)",
    "tiny_far": "tiny_far = (np.array([[10000.0, 0.0], [-1000.0, -1002.0]]),)",
}
"""`Exercise.examples` where the arguments are `(Z,)`."""


def with_probabilities(rng: np.random.Generator) -> list[tuple[Batch, np.ndarray]]:
    """Draw batches and their probabilities `(m, N)`; where saturated, the right class has 1 or almost 0."""
    pairs = [(batch, softmax(batch.Z)) for batch in _moderate(rng)]
    tags = frozenset({"saturated"})
    for label, share in (("predictions that are certain and right", 1.0), ("hardly any probability", 1e-300)):
        batch = Batch(label, rng.normal(size=(5, 4)), random_classes(rng, 5, 4), tags)
        right, others = np.eye(4, dtype=bool)[batch.y], softmax(batch.Z)
        rest = others / others[~right].reshape(5, 3).sum(axis=1, keepdims=True) * max(1 - share, 1e-18)
        pairs.append((batch, np.where(right, share, rest)))
    return pairs


ONE_CLASS_MORE = (
    "Call it with the same rows twice over, then with one class more that is never "
    "right and hardly ever predicted. Of which of the two should your divisor take "
    "notice?"
)
"""The experiment for a mean over the wrong count."""


def far_class_hint(function: str) -> Hint:
    """Return the hint for a needless mean, with calls of `function`, which takes logits."""
    return Hint(
        experiment=(
            "Call it, then with one class more whose logit is far below all the others: it "
            "takes no share. Do the others keep theirs?"
        ),
        code=(
            f"{LOGIT_EXAMPLES['tiny']}\n"
            "tiny_wide = (np.hstack([tiny[0], np.full((2, 1), -99.0)]),)\n"
            f"print({function}(*tiny), {function}(*tiny_wide), sep='\\n')"
        ),
    )
