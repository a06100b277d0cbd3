"""The error signal of a softmax output with cross-entropy, in steps that a slip can spoil, and the slips.

Source: Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.4.
"""

from __future__ import annotations

import numpy as np

from grader.lessons.slips import replaced_by, slips_in
from grader.lessons.softmax_cross_entropy.clips import SMALL
from grader.lessons.softmax_cross_entropy.softmax_jacobian import jacobian, off_diagonal_plus

# --- Steps ------------------------------------------------------------------------------------------


def one_hot(y, N):
    """One-hot rows `(m, N)`, float64, of the classes `y` `(m,)`."""
    return np.eye(N)[y]


def difference(P, y, *, one_hot=one_hot):
    """The gradient `(m, N)` of each example's own loss with respect to its logits.

    `P` `(m, N)` are the probabilities, `y` `(m,)` the classes.
    """
    return P - one_hot(y, P.shape[1])


def mean_over_examples(D):
    """Each example's gradient `(m, N)` over m: its share in the gradient of the mean."""
    return D / len(D)


OUTPUT_DELTA_STEPS = {"difference": difference, "one_hot": one_hot, "mean": mean_over_examples}


# --- Slips ------------------------------------------------------------------------------------------


def _counted_from_one(y, N):
    """One-hot rows of N + 1 classes without the first column: class 0 has no 1."""
    return np.eye(N + 1)[y][:, 1:]


def _column_of_labels(y, N):
    return y[:, np.newaxis]


def _ones_at(index):
    """An array `(m, N)` of zeros, with ones at `index(y)`."""

    def one_hot(y, N):
        marks = np.zeros((len(y), N))
        marks[index(y)] = 1
        return marks

    return one_hot


ONE_HOT_SLIPS = slips_in(
    "one_hot",
    ("missing-one-hot", replaced_by(lambda y, N: np.zeros((len(y), N)))),
    ("missing-one-hot", replaced_by(_column_of_labels)),
    ("missing-one-hot", replaced_by(lambda y, N: y)),
    ("class-off-by-one", lambda right, y, N: right(y - 1, N)),
    ("class-off-by-one", lambda right, y, N: right(y + 1, N)),
    ("class-off-by-one", replaced_by(_counted_from_one)),
    ("labels-swapped", lambda right, y, N: 1 - right(y, N)),
    ("wrong-axis", replaced_by(_ones_at(lambda y: (slice(None), y)))),
    ("wrong-axis", replaced_by(_ones_at(lambda y: (y, np.arange(len(y)))))),
    ("wrong-axis", replaced_by(_ones_at(lambda y: y))),
)


def _then(change):
    """The right difference D, then `change(D, P)`."""
    return lambda right, P, y, *, one_hot: change(right(P, y, one_hot=one_hot), P)


def _of_labels(form):
    """`form(P, Y)`, with one-hot labels, replaces the difference."""
    return lambda right, P, y, *, one_hot: form(P, one_hot(y, P.shape[1]))


def _of_labelled(form):
    """The same, but for examples without a label: their loss has no row that a Jacobian could meet."""

    def difference(P, Y):
        return np.where(Y.any(axis=1, keepdims=True), form(P, Y), P - Y)

    return _of_labels(difference)


def _through(matrix, epsilon=0.0):
    """The long way back: dl/dp times a matrix of each example, `epsilon` added to the denominators."""

    def step(right, P, y, *, one_hot):
        G = -one_hot(y, P.shape[1]) / (P + epsilon)
        return np.stack([g @ matrix(p) for g, p in zip(G, P, strict=True)])

    return step


def _times_jacobian(D, P):
    return D * P - P * (D * P).sum(axis=1, keepdims=True)


DIFFERENCE_SLIPS = slips_in(
    "difference",
    ("extra-activation-derivative", _then(lambda D, P: D * P * (1 - P))),
    ("extra-activation-derivative", _then(_times_jacobian)),
    ("stops-at-activation", _of_labels(lambda P, Y: -Y / P)),
    ("diagonal-jacobian", _through(lambda p: np.diag(p * (1 - p)))),
    ("diagonal-jacobian", _of_labels(lambda P, Y: -Y / P * (P * (1 - P)))),
    ("diagonal-jacobian", _of_labels(lambda P, Y: -Y * (1 - P))),
    ("off-diagonal-sign", _through(off_diagonal_plus)),
    ("off-diagonal-sign", _of_labelled(lambda P, Y: -Y * (1 - P) - (1 - Y) * P)),
    ("off-diagonal-sign", _of_labelled(lambda P, Y: -Y - P)),
    ("wrong-sign", _then(lambda D, P: -D)),
    ("wrong-sign", _of_labels(lambda P, Y: P + Y)),
    *(("clipped", _through(jacobian, epsilon)) for epsilon in SMALL),
)

MEAN_SLIPS = slips_in(
    "mean",
    ("missing-mean", lambda right, D: right(D) * len(D)),
    ("double-mean", lambda right, D: right(D) / len(D)),
)

OUTPUT_DELTA_SLIPS = (*ONE_HOT_SLIPS, *DIFFERENCE_SLIPS, *MEAN_SLIPS)
