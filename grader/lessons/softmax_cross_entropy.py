"""Lesson 4: softmax, cross-entropy and squared error, and the way back from each of them.

The name and the pairing with a loss are those of J. S. Bridle (NIPS 2, 1990); why shifting by the largest
logit is safe: P. Blanchard, D. J. Higham and N. J. Higham, IMA Journal of Numerical Analysis 41 (2021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.lessons.backpropagation.backward import ONE_EXAMPLE_SLIPS, UPDATE_SLIPS, backward
from grader.lessons.backpropagation.explanations import NUDGED
from grader.lessons.backpropagation.hidden_delta import DERIVATIVE_SLIPS
from grader.lessons.backpropagation.parameter_gradients import LAYER_AXES, PARAMETER_SLIPS
from grader.lessons.backpropagation.recursion import (
    LAYER_INPUT_SLIPS,
    NETWORK_STEPS,
    RECURSION_SLIPS,
    other_output_slip,
)
from grader.lessons.backpropagation.whole_network import GRADIENTS_MADE_IN, counted_from_output
from grader.lessons.error_signals import carried_back
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Lesson, Slip, in_order
from grader.lessons.invariants import (
    between_0_and_1,
    not_negative,
    of,
    rows_sum_to,
    slopes,
    symmetric,
)
from grader.lessons.networks import Network, derivation_order, random_network
from grader.lessons.tensors import tensors
from utils import network as right_network
from utils.network import forward, sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answers in NumPy, in steps that a slip can spoil -------------------------------------


def shift(Z):
    """The logits with the largest of each row taken out."""
    return Z - Z.max(axis=1, keepdims=True)


def normalise(exponentials):
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def as_it_is(P, *others):
    return P


def softmax(Z, *, shift, normalise, finish):
    return finish(normalise(np.exp(shift(Z))), Z)


def log_sum(shifted):
    return np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def subtract(shifted, of_the_sum):
    return shifted - of_the_sum


def log_softmax(Z, *, shift, log_sum, subtract, finish):
    shifted = shift(Z)
    return finish(subtract(shifted, log_sum(shifted)), Z)


def jacobian(p):
    return np.diag(p) - np.outer(p, p)


def softmax_jacobian(z, *, probabilities, jacobian):
    return jacobian(probabilities(right_network.softmax(z[np.newaxis])[0], z))


def one_hot_terms(Y, P, log):
    return -Y * log(P)


def cross_entropy(Y, P, *, log, terms, loss, mean):
    return mean(loss(terms(Y, P, log)))


def over_classes(terms):
    return terms.sum(axis=1)


def of_the_right_class(y, P):
    return P[np.arange(len(y)), y]


def sparse_cross_entropy(y, P, *, log, pick, mean):
    return mean(-log(pick(y, P)))


def one_hot(y, N):
    return np.eye(N)[y]


def difference(P, y, *, one_hot=one_hot):
    return P - one_hot(y, P.shape[1])


def over_examples(D):
    return D / len(D)


def softmax_cross_entropy_gradient(Z, y, *, shift, normalise, finish, difference, one_hot, mean):
    P = softmax(Z, shift=shift, normalise=normalise, finish=finish)
    return mean(difference(P, y, one_hot=one_hot))


def squares(Y, A):
    return (A - Y) ** 2


def mean_squared_error(Y, A, *, squares, mean):
    return mean(squares(Y, A))


def slope_of_squares(Y, A):
    return 2 * (A - Y)


def mean_squared_error_gradient(Y, A, *, slopes, mean):
    return mean(slopes(Y, A))


def over_entries(D):
    return D / D.size


def backward_softmax(params, cache, y, *, difference, one_hot, mean, **steps):
    """Lesson 3's way back, with this lesson's first step."""

    def output_delta(P, y):
        return mean(difference(P, y, one_hot=one_hot))

    return backward(params, cache, y, **{**steps, "output_delta": output_delta})


# --- Slips: small wrong steps -----------------------------------------------------------------------

SMALL = tuple(10.0**-k for k in range(4, 13))  # what gets added, or clipped to
VISIBLE = SMALL[:5]  # what shows in a probability: smaller numbers are within the tolerance


def _slips(step: str, *rows: tuple[str, Callable]) -> tuple[Slip, ...]:
    """Slips `(name, wrong)` in one step each."""
    return tuple(Slip(name, {step: wrong}) for name, wrong in rows)


def _in_the_place_of(wrong):
    """A step that takes no notice of the right one."""
    return lambda right, *arguments: wrong(*arguments)


def _sum(axis, keepdims=True):
    return lambda u: u.sum(axis=axis, keepdims=keepdims)


def _max(axis, keepdims=True):
    return lambda Z: Z.max(axis=axis, keepdims=keepdims)


WRONG_AXES = ((0, True), (None, True), (1, False))  # columns, everything, and a forgotten keepdims


def _wrong_axes(step, wrong_step) -> tuple[Slip, ...]:
    """The row's shift, its sum, or both taken over something else than the row."""

    def shifted(axis, keepdims):
        return _in_the_place_of(lambda Z: Z - _max(axis, keepdims)(Z))

    def summed(axis, keepdims):
        return _in_the_place_of(wrong_step(_sum(axis, keepdims)))

    return (
        *(Slip("wrong-axis", {step: summed(*axis)}) for axis in WRONG_AXES),
        *(Slip("wrong-axis", {"shift": shifted(*axis)}) for axis in WRONG_AXES if axis[0] is not None),
        *(Slip("wrong-axis", {"shift": shifted(*axis), step: summed(*axis)}) for axis in WRONG_AXES),
    )


UNSTABLE_SHIFTS = _slips(
    "shift",
    ("numerically-unstable", _in_the_place_of(lambda Z: Z)),
    ("numerically-unstable", _in_the_place_of(lambda Z: Z - Z.max())),
)


def _with_small_sum(epsilon):
    return lambda u: u / (u.sum(axis=1, keepdims=True) + epsilon)


SMALL_SUM_SLIPS = tuple(
    Slip("clipped", {"normalise": _in_the_place_of(_with_small_sum(epsilon))}) for epsilon in VISIBLE
)


def _clipped(low, high):
    return lambda P: np.clip(P, low, high)


def _clips(smallest):
    """Both ends clipped, and the lower end alone."""
    return [_clipped(e, high) for e in smallest for high in (1 - e, 1)]


CLIPS = _clips(SMALL)

CLIPPED_PROBABILITIES = tuple(
    Slip("clipped", {"finish": lambda right, P, Z, clip=clip: clip(right(P, Z))}) for clip in _clips(VISIBLE)
)

OTHER_PROBABILITIES = _slips(
    "finish",
    ("softmax-of-probabilities", lambda right, P, Z: right_network.softmax(right(P, Z))),
    ("wrong-activation", _in_the_place_of(lambda P, Z: sigmoid(Z))),
    ("wrong-activation", _in_the_place_of(lambda P, Z: np.tanh(Z))),
    ("wrong-activation", _in_the_place_of(lambda P, Z: np.maximum(Z, 0.0))),
)


def _one_example(*positions) -> tuple[Slip, ...]:
    """The answer to the first or the last example alone; the arguments at `positions` have a row for each."""

    def only(rows, keep):
        def step(right, *arguments, **steps):
            chosen = [a[rows] if i in positions else a for i, a in enumerate(arguments)]
            answer = right(*chosen, **steps)
            return answer if keep else answer[0]

        return step

    rows = (slice(0, 1), slice(-1, None))
    return tuple(
        Slip("one-example-only", {"answer": only(row, keep)}) for row in rows for keep in (True, False)
    )


SOFTMAX_SLIPS = (
    *_wrong_axes("normalise", lambda total: lambda u: u / total(u)),
    *UNSTABLE_SHIFTS,
    *SMALL_SUM_SLIPS,
    *CLIPPED_PROBABILITIES,
    *OTHER_PROBABILITIES,
    *_slips(
        "finish",
        ("wrong-activation", lambda right, P, Z: np.log(right(P, Z))),
        ("activation-skipped", _in_the_place_of(lambda P, Z: Z)),
    ),
    *_slips("normalise", ("needless-mean", lambda right, u: u / u.mean(axis=1, keepdims=True))),
    *_one_example(0),
)


def _log_of_softmax(shifted, of_the_sum):
    """The way through the probabilities, where they can underflow."""
    return np.log(np.exp(shifted) / np.exp(of_the_sum))


def _log_of(change):
    """The way through the probabilities, with a small change that keeps the logarithm finite."""
    return lambda shifted, of_the_sum: np.log(change(np.exp(shifted) / np.exp(of_the_sum)))


def _log_base(log):
    return lambda shifted: log(np.exp(shifted).sum(axis=1, keepdims=True))


LOG_SOFTMAX_SLIPS = (
    *_wrong_axes("log_sum", lambda total: lambda shifted: np.log(total(np.exp(shifted)))),
    *UNSTABLE_SHIFTS,
    Slip("numerically-unstable", {"subtract": _in_the_place_of(_log_of_softmax)}),
    Slip(
        "numerically-unstable",
        {
            "shift": _in_the_place_of(lambda Z: Z),
            "subtract": _in_the_place_of(_log_of_softmax),
        },
    ),
    *_slips("subtract", *(("clipped", _in_the_place_of(_log_of(clip))) for clip in CLIPS)),
    *_slips(
        "subtract",
        *(("clipped", _in_the_place_of(_log_of(lambda P, e=epsilon: P + e))) for epsilon in SMALL),
    ),
    *_slips(
        "log_sum", *(("wrong-log-base", _in_the_place_of(_log_base(log))) for log in (np.log2, np.log10))
    ),
    *_slips(
        "finish", *(("wrong-log-base", lambda right, L, Z, b=b: right(L, Z) / np.log(b)) for b in (2, 10))
    ),
    *_slips(
        "finish",
        ("softmax-of-probabilities", lambda right, L, Z: _log_softmax(np.exp(right(L, Z)))),
        ("wrong-activation", lambda right, L, Z: np.exp(right(L, Z))),
        ("wrong-activation", _in_the_place_of(lambda L, Z: np.log(sigmoid(Z)))),
        ("wrong-activation", _in_the_place_of(lambda L, Z: sigmoid(Z))),
        ("activation-skipped", _in_the_place_of(lambda L, Z: Z)),
        ("wrong-axis", lambda right, L, Z: Z - (Z - right(L, Z))[:, 0]),  # log-sum-exp without keepdims
        ("wrong-sign", lambda right, L, Z: -right(L, Z)),
    ),
    *_slips(
        "log_sum",
        ("needless-mean", lambda right, shifted: right(shifted) - np.log(shifted.shape[1])),
    ),
    *_one_example(0),
)


def _log_softmax(Z):
    return log_softmax(Z, shift=shift, log_sum=log_sum, subtract=subtract, finish=as_it_is)


def _off_diagonal_plus(p):
    return np.diag(p * (1 - p)) + np.outer(p, p) * (1 - np.eye(len(p)))


JACOBIAN_SLIPS = (
    *_slips(
        "jacobian",
        ("diagonal-jacobian", _in_the_place_of(lambda p: np.diag(p * (1 - p)))),
        ("diagonal-jacobian", _in_the_place_of(lambda p: p * (1 - p))),
        ("off-diagonal-sign", _in_the_place_of(_off_diagonal_plus)),
        ("off-diagonal-sign", _in_the_place_of(lambda p: np.diag(p) + np.outer(p, p))),
        ("wrong-sign", lambda right, p: -right(p)),
    ),
    *_slips(
        "probabilities",
        ("softmax-of-probabilities", lambda right, p, z: right_network.softmax(right(p, z)[np.newaxis])[0]),
        ("softmax-of-probabilities", _in_the_place_of(lambda p, z: z)),
        ("wrong-activation", _in_the_place_of(lambda p, z: sigmoid(z))),
        ("wrong-axis", _in_the_place_of(lambda p, z: np.ones(len(z)))),
    ),
    *_slips(
        "answer",
        (
            "wrong-activation-derivative",
            lambda right, z, **steps: np.diag(sigmoid(z) * (1 - sigmoid(z))),
        ),
        ("wrong-activation-derivative", lambda right, z, **steps: sigmoid(z) * (1 - sigmoid(z))),
        ("wrong-activation-derivative", lambda right, z, **steps: np.diag(1 - np.tanh(z) ** 2)),
    ),
)

LOG_SLIPS = (
    *_slips(
        "log", ("wrong-log-base", _in_the_place_of(np.log2)), ("wrong-log-base", _in_the_place_of(np.log10))
    ),
    *_slips("log", *(("clipped", lambda right, P, clip=clip: right(clip(P))) for clip in CLIPS)),
    *_slips("log", *(("clipped", lambda right, P, e=epsilon: right(P + e)) for epsilon in SMALL)),
    *_slips("log", ("wrong-sign", lambda right, P: -right(P))),
    *_slips("log", ("low-precision", lambda right, P: right(P.astype(np.float32)))),
)


MEAN_OF_LOSSES_SLIPS = _slips(
    "mean",
    ("missing-mean", lambda right, loss: right(loss) * len(loss)),
    ("double-mean", lambda right, loss: right(loss) / len(loss)),
    ("not-a-scalar", _in_the_place_of(lambda loss: loss)),
    ("not-a-scalar", _in_the_place_of(lambda loss: loss[:, np.newaxis])),
    ("one-example-only", _in_the_place_of(lambda loss: loss[0])),
    ("one-example-only", _in_the_place_of(lambda loss: loss[-1])),
    ("one-example-only", _in_the_place_of(lambda loss: loss[-1] / len(loss))),  # `=` for `+=` in a loop
)

CROSS_ENTROPY_SLIPS = (
    *LOG_SLIPS,
    *MEAN_OF_LOSSES_SLIPS,
    *_slips(
        "terms",
        ("labels-swapped", lambda right, Y, P, log: right(1 - Y, P, log)),
        ("labels-swapped", lambda right, Y, P, log: right(Y, 1 - P, log)),
        ("softmax-of-probabilities", lambda right, Y, P, log: right(Y, right_network.softmax(P), log)),
    ),
    Slip(
        "wrong-axis", {"loss": _in_the_place_of(lambda t: t.sum(axis=0)), "mean": _in_the_place_of(as_it_is)}
    ),
    Slip(
        "wrong-axis", {"loss": _in_the_place_of(lambda t: t.mean(axis=0)), "mean": _in_the_place_of(as_it_is)}
    ),
    Slip("not-a-scalar", {"loss": _in_the_place_of(as_it_is), "mean": _in_the_place_of(as_it_is)}),
)


def _counted_from_one(y, N):
    """One-hot rows of N + 1 classes, the first of which is thrown away: class 0 has none."""
    return np.eye(N + 1)[y][:, 1:]


SPARSE_SLIPS = (
    *LOG_SLIPS,
    *MEAN_OF_LOSSES_SLIPS,
    *_slips(
        "pick",
        ("class-off-by-one", lambda right, y, P: right(y - 1, P)),
        ("class-off-by-one", lambda right, y, P: right(y + 1, P)),
        ("class-off-by-one", lambda right, y, P: np.where(y > 0, right(y - 1, P), 1.0)),
        ("wrong-axis", _in_the_place_of(lambda y, P: P[y, np.arange(len(y))])),
        ("wrong-axis", _in_the_place_of(lambda y, P: P[:, y])),
        ("wrong-axis", _in_the_place_of(lambda y, P: P[y])),
        ("labels-swapped", lambda right, y, P: 1 - right(y, P)),
        ("softmax-of-probabilities", lambda right, y, P: right(y, right_network.softmax(P))),
    ),
)


def _column_of_labels(y, N):
    return y[:, np.newaxis]


def _in_every_row(y, N):
    marks = np.zeros((len(y), N))
    marks[:, y] = 1
    return marks


def _rows_for_columns(y, N):
    marks = np.zeros((len(y), N))
    marks[y, np.arange(len(y))] = 1
    return marks


def _whole_rows(y, N):
    marks = np.zeros((len(y), N))
    marks[y] = 1
    return marks


ONE_HOT_SLIPS = _slips(
    "one_hot",
    ("missing-one-hot", _in_the_place_of(lambda y, N: np.zeros((len(y), N)))),
    ("missing-one-hot", _in_the_place_of(_column_of_labels)),
    ("missing-one-hot", _in_the_place_of(lambda y, N: y)),
    ("class-off-by-one", lambda right, y, N: right(y - 1, N)),
    ("class-off-by-one", lambda right, y, N: right(y + 1, N)),
    ("class-off-by-one", _in_the_place_of(_counted_from_one)),
    ("labels-swapped", lambda right, y, N: 1 - right(y, N)),
    ("wrong-axis", _in_the_place_of(_in_every_row)),
    ("wrong-axis", _in_the_place_of(_rows_for_columns)),
    ("wrong-axis", _in_the_place_of(_whole_rows)),
)


def _through(matrix, epsilon=0.0):
    """The long way back: dl/dp times a matrix of each example, `epsilon` added to the probabilities below."""

    def step(right, P, y, *, one_hot):
        G = -one_hot(y, P.shape[1]) / (P + epsilon)
        return np.stack([g @ matrix(p) for g, p in zip(G, P, strict=True)])

    return step


def _jacobian_again(right, P, y, *, one_hot):
    D = right(P, y, one_hot=one_hot)
    return D * P - P * (D * P).sum(axis=1, keepdims=True)


def _closed(form):
    return lambda right, P, y, *, one_hot: form(P, one_hot(y, P.shape[1]))


DIFFERENCE_SLIPS = _slips(
    "difference",
    (
        "extra-activation-derivative",
        lambda right, P, y, *, one_hot: right(P, y, one_hot=one_hot) * P * (1 - P),
    ),
    ("extra-activation-derivative", _jacobian_again),
    ("stops-at-activation", _closed(lambda P, Y: -Y / P)),
    ("diagonal-jacobian", _through(lambda p: np.diag(p * (1 - p)))),
    ("diagonal-jacobian", _closed(lambda P, Y: -Y / P * (P * (1 - P)))),
    ("diagonal-jacobian", _closed(lambda P, Y: -Y * (1 - P))),
    ("off-diagonal-sign", _through(_off_diagonal_plus)),
    ("off-diagonal-sign", _closed(lambda P, Y: -Y * (1 - P) - (1 - Y) * P)),
    ("off-diagonal-sign", _closed(lambda P, Y: -Y - P)),
    ("wrong-sign", lambda right, P, y, *, one_hot: -right(P, y, one_hot=one_hot)),
    *(("clipped", _through(jacobian, epsilon)) for epsilon in SMALL),
)

MEAN_OF_ROWS_SLIPS = _slips(
    "mean",
    ("missing-mean", lambda right, D: right(D) * len(D)),
    ("double-mean", lambda right, D: right(D) / len(D)),
)

GRADIENT_SLIPS = (
    *_wrong_axes("normalise", lambda total: lambda u: u / total(u)),
    *UNSTABLE_SHIFTS,
    *SMALL_SUM_SLIPS,
    *CLIPPED_PROBABILITIES,
    *OTHER_PROBABILITIES,
    *_slips("finish", ("softmax-of-probabilities", _in_the_place_of(lambda P, Z: Z))),
    *ONE_HOT_SLIPS,
    *DIFFERENCE_SLIPS,
    *MEAN_OF_ROWS_SLIPS,
    *_one_example(0, 1),
)


BACKWARD_SLIPS = (
    *ONE_HOT_SLIPS,
    *DIFFERENCE_SLIPS,
    *MEAN_OF_ROWS_SLIPS,
    other_output_slip("softmax-of-probabilities", lambda P, Z: Z),
    other_output_slip("softmax-of-probabilities", lambda P, Z: right_network.softmax(P)),
    other_output_slip("wrong-activation", lambda P, Z: sigmoid(Z)),
    *DERIVATIVE_SLIPS,
    Slip("weights-transposed", {"hidden_delta": lambda right, dZ, W, A: right(dZ, W.T, A)}),
    *RECURSION_SLIPS,
    *UPDATE_SLIPS,
    *PARAMETER_SLIPS,
    *LAYER_INPUT_SLIPS,
    *ONE_EXAMPLE_SLIPS,
)

SQUARED_ERROR_SLIPS = (
    *_slips(
        "mean",
        ("missing-mean", lambda right, D: D.sum()),
        ("double-mean", lambda right, D: right(D) / D.size),
        ("double-mean", lambda right, D: right(D) / len(D)),  # the examples, which are in the size already
        ("factor-two", lambda right, D: right(D) / 2),
        ("not-a-scalar", lambda right, D: D),
        ("not-a-scalar", lambda right, D: D.mean(axis=-1)),
        ("wrong-axis", lambda right, D: D.mean(axis=0)),
        ("one-example-only", lambda right, D: right(D[0])),
        ("one-example-only", lambda right, D: right(D[-1])),
        ("one-example-only", lambda right, D: D[-1].sum() / D.size),
    ),
)

SQUARED_ERROR_GRADIENT_SLIPS = (
    *_slips(
        "slopes",
        ("factor-two", lambda right, Y, A: right(Y, A) / 2),
        ("wrong-sign", lambda right, Y, A: -right(Y, A)),
        ("extra-activation-derivative", lambda right, Y, A: right(Y, A) * A * (1 - A)),
    ),
    *_slips(
        "mean",
        ("missing-mean", lambda right, D: D),
        ("double-mean", lambda right, D: right(D) / D.size),
        ("double-mean", lambda right, D: right(D) / len(D)),  # the examples, which are in the size already
        ("needless-mean", lambda right, D: D.mean()),
        ("wrong-axis", lambda right, D: right(D).sum(axis=0)),
    ),
    *_one_example(0, 1),
)


# --- Cases ------------------------------------------------------------------------------------------

BATCHES = (
    # label, m, N, tags
    ("the lesson's ten classes", 12, 10, {"lesson"}),
    ("5 examples and 3 classes", 5, 3, set()),
    ("as many examples as classes", 4, 4, {"square"}),
    ("two classes", 7, 2, set()),
    ("more classes than examples", 3, 8, set()),
    ("a single example", 1, 6, {"one example"}),
    ("a single class", 5, 1, {"one unit", "saturated"}),  # whatever the logit is, the probability is 1
)


@dataclass(frozen=True)
class Batch:
    """Logits `Z` `(m, N)` and classes `y` `(m,)`."""

    label: str
    Z: np.ndarray
    y: np.ndarray
    tags: frozenset[str]

    @property
    def counts(self) -> dict[str, int]:
        m, N = self.Z.shape
        return {"m": m, "classes": N, "entries": m * N}

    def case(self, *arguments) -> Case:
        return Case(self.label, arguments, self.tags, self.counts, context=self)


def _moderate(rng) -> list[Batch]:
    """Batches with logits of everyday size."""
    return [
        Batch(label, rng.normal(scale=2, size=(m, N)), _classes(rng, m, N), frozenset(tags))
        for label, m, N, tags in BATCHES
    ]


def _classes(rng, m, N):
    """Classes of dtype int64: the first occurs and the last does twice, if there are examples enough."""
    y = rng.integers(N, size=m)
    y[: min(m, 3)] = [0, N - 1, N - 1][:m]
    return rng.permutation(y)


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
    return [Batch(label, Z, _classes(rng, *Z.shape), tags) for label, Z in exact.items()]


def _batches(rng) -> list[Batch]:
    """Moderate, integer, tied and saturated logits."""
    integers = rng.integers(-4, 5, size=(6, 5))
    tied = np.repeat(rng.normal(size=(4, 1)), 3, axis=1) + np.array([0.0, 0.0, -1.0])
    return [
        *_moderate(rng),
        Batch("integer logits", integers, _classes(rng, 6, 5), frozenset({"integer"})),
        Batch("ties for the largest logit", tied, _classes(rng, 4, 3), frozenset()),
        *_saturated(rng),
    ]


def _logit_cases(rng) -> list[Case]:
    return [batch.case(batch.Z) for batch in _batches(rng)]


def _gradient_cases(rng) -> list[Case]:
    return [batch.case(batch.Z, batch.y) for batch in _batches(rng)]


def _probabilities(rng) -> list[tuple[Batch, np.ndarray]]:
    """Batches with their probabilities; "saturated" where a right class has 1 or next to nothing."""
    pairs = [(batch, right_network.softmax(batch.Z)) for batch in _moderate(rng)]
    tags = frozenset({"saturated"})
    for label, share in (("predictions that are certain and right", 1.0), ("hardly any probability", 1e-300)):
        batch = Batch(label, rng.normal(size=(5, 4)), _classes(rng, 5, 4), tags)
        right, others = one_hot(batch.y, 4) == 1, right_network.softmax(batch.Z)
        rest = others / others[~right].reshape(5, 3).sum(axis=1, keepdims=True) * max(1 - share, 1e-18)
        pairs.append((batch, np.where(right, share, rest)))
    return pairs


def _one_hot_cases(rng) -> list[Case]:
    """Labels of float64 or, in the last case and one more, of int64."""
    cases = []
    for batch, P in _probabilities(rng):
        cases.append(batch.case(one_hot(batch.y, P.shape[1]), P))
    batch = Batch("integer labels", rng.normal(size=(6, 5)), _classes(rng, 6, 5), frozenset({"integer"}))
    labels = one_hot(batch.y, 5).astype(np.int64)
    return [*cases, batch.case(labels, right_network.softmax(batch.Z))]


def _sparse_cases(rng) -> list[Case]:
    """Not for a single class, where every index is the right one."""
    return [batch.case(batch.y, P) for batch, P in _probabilities(rng) if P.shape[1] > 1]


def _jacobian_cases(rng) -> list[Case]:
    sizes = {"ten classes as in the lesson": 10, "three classes": 3, "two classes": 2, "six classes": 6}
    logits = {label: rng.normal(scale=1.5, size=N) for label, N in sizes.items()}
    logits["integer logits"] = rng.permutation([-2, -1, 0, 1, 3])
    logits["a single class"] = rng.normal(size=1)
    logits["ties for the largest logit"] = np.array([1.0, 1.0, 0.0, -0.5]) + rng.normal()
    logits["logits up to 30 either way"] = 30.0 * rng.permutation([-1.0, -0.9, 0.96, 1.0, 0.1])
    tags = {
        "ten classes as in the lesson": "lesson",
        "integer logits": "integer",
        "a single class": "one unit",
    }
    return [
        Case(label, (z,), frozenset({tags[label]} if label in tags else ()), {"m": len(z)})
        for label, z in logits.items()
    ]


SHAPES = {
    "the lesson's curve": (60, 1),
    "5 examples of 3 targets": (5, 3),
    "as many targets as examples": (4, 4),
    "one target an example, no second axis": (7,),
    "a single example": (1, 4),
    "a single number": (1, 1),
    "three axes": (2, 3, 4),
    "integers": (6, 2),
    "integer targets": (5, 2),
    "integer predictions": (4, 3),
    "predictions close to the targets": (5, 2),
}
SHAPE_TAGS = {
    "the lesson's curve": {"lesson"},
    "as many targets as examples": {"square"},
    "a single example": {"one example"},
    "a single number": {"one example", "one unit"},
    "integers": {"integer"},
    "integer targets": {"integer"},
    "integer predictions": {"integer"},
}


def _regression_cases(rng) -> list[Case]:
    """Targets and predictions; `m` is what the mean divides by, the number of entries."""
    cases = []
    for label, shape in SHAPES.items():
        tags = frozenset(SHAPE_TAGS.get(label, ()))
        Y, A = rng.normal(scale=2, size=(2, *shape))
        if label in ("integers", "integer targets"):
            Y = rng.integers(-4, 5, size=shape)
        if label in ("integers", "integer predictions"):
            A = rng.integers(-4, 5, size=shape)
        if label == "predictions close to the targets":
            A = Y + 1e-3 * A
        counts = {"m": A.size, "examples": shape[0], "columns": shape[-1]}
        cases.append(Case(label, (Y, A), tags, counts))
    return cases


@dataclass(frozen=True)
class SoftmaxNetwork(Network):
    """A network whose last layer is a softmax; `y` `(m,)` holds the classes."""

    y: np.ndarray

    def cache(self) -> dict[str, np.ndarray]:
        """What `forward` returns beside the probabilities, its entries in an order of their own."""
        _, cache = forward(self.X, self.params, output=right_network.softmax)
        cache["A0"] = self.X
        return dict(sorted(cache.items(), key=lambda item: item[0][::-1]))

    @property
    def counts(self) -> dict[str, int]:
        m, N = len(self.X), self.sizes[-1]
        return {**super().counts, "classes": N, "entries": m * N}


NETWORKS = (
    # label, sizes, m, tags
    ("the lesson's 64-25-15-10 network", (64, 25, 15, 10), 12, {"lesson"}),
    ("a 7-6-5-3 network", (7, 6, 5, 3), 9, set()),
    ("square layers, 4-4-4-4, with as many examples", (4, 4, 4, 4), 4, {"square"}),
    ("integer inputs and weights", (5, 4, 3, 6), 8, {"integer"}),
    ("saturated units", (6, 5, 4, 3), 8, {"saturated"}),
    ("a single example", (5, 4, 3, 2), 1, {"one example"}),
    ("hidden layers of one unit", (3, 1, 1, 4), 5, {"one unit"}),
    ("a single class", (3, 2, 2, 1), 5, {"one unit"}),
    ("a network of two layers", (5, 4, 3), 7, set()),
    ("a network of four layers", (6, 5, 4, 3, 2), 5, set()),
    ("a network of one layer", (4, 3), 6, set()),
)


def _networks(rng) -> list[SoftmaxNetwork]:
    made = []
    for label, sizes, m, tags in NETWORKS:
        plain = random_network(rng, label, sizes, m, tags)
        fields = {name: getattr(plain, name) for name in ("label", "sizes", "params", "X", "Y", "tags")}
        made.append(SoftmaxNetwork(**fields, y=_classes(rng, m, sizes[-1])))
    return made


def _network_cases(rng) -> list[Case]:
    return [Case(n.label, (n.params, n.cache(), n.y), n.tags, n.counts, context=n) for n in _networks(rng)]


# --- References: TensorFlow in float64 --------------------------------------------------------------


def _softmax_reference(case: Case):
    tf = import_tensorflow()
    return tf.nn.softmax(tf.cast(case.arguments[0], tf.float64), axis=1).numpy()


def _log_softmax_reference(case: Case):
    tf = import_tensorflow()
    return tf.nn.log_softmax(tf.cast(case.arguments[0], tf.float64), axis=1).numpy()


def _jacobian_reference(case: Case):
    tf = import_tensorflow()
    z = tf.cast(case.arguments[0], tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(z)
        p = tf.nn.softmax(z)
    return tape.jacobian(p, z, experimental_use_pfor=False).numpy()


def _cross_entropy_reference(case: Case):
    tf = import_tensorflow()
    Y, P = (tf.cast(array, tf.float64) for array in case.arguments)
    return float(tf.reduce_mean(-tf.reduce_sum(Y * tf.math.log(P), axis=1)))


def _sparse_reference(case: Case):
    tf, (y, P) = import_tensorflow(), case.arguments
    return float(tf.reduce_mean(-tf.math.log(tf.gather(tf.constant(P), y, batch_dims=1))))


def _mean_loss(tf, y, Z):
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=Z))


def _gradient_reference(case: Case):
    tf, (Z, y) = import_tensorflow(), case.arguments
    Z = tf.cast(Z, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(Z)
        J = _mean_loss(tf, y, Z)
    return tape.gradient(J, Z).numpy()


def _backward_reference(case: Case):
    tf, network = import_tensorflow(), case.context
    params = tensors(tf, network.params)
    with tf.GradientTape() as tape:
        tape.watch(params)
        A = tf.cast(network.X, tf.float64)
        for layer in range(1, network.depth + 1):
            Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
            A = tf.sigmoid(Z)
        J = _mean_loss(tf, network.y, Z)
    gradients = tape.gradient(J, params)
    return {part: gradients[part[1:]].numpy() for part in derivation_order(network.depth)}


def _squared_error(tf, Y, A):
    return tf.reduce_mean(tf.square(A - Y))


def _squared_error_reference(case: Case):
    tf = import_tensorflow()
    return float(_squared_error(tf, *(tf.cast(array, tf.float64) for array in case.arguments)))


def _squared_error_gradient_reference(case: Case):
    tf = import_tensorflow()
    Y, A = (tf.cast(array, tf.float64) for array in case.arguments)
    with tf.GradientTape() as tape:
        tape.watch(A)
        J = _squared_error(tf, Y, A)
    return tape.gradient(J, A).numpy()


# --- What to read again, and small arguments to experiment with -------------------------------------

SECTIONS = {
    # name: the section that explains it, where that is another than the exercise's own
    "activation-skipped": "2.1 Softmax",
    "wrong-activation": "2.1 Softmax",
    "needless-mean": "2.1 Softmax",
    "numerically-unstable": "2.3 Overflow",
    "missing-mean": "3.1 Two ways to write the loss",
    "double-mean": "3.1 Two ways to write the loss",
    "mean-over-wrong-count": "3.1 Two ways to write the loss",
    "class-off-by-one": "3.1 Two ways to write the loss",
    "wrong-log-base": "3.1 Two ways to write the loss",
    "labels-swapped": "3.1 Two ways to write the loss",
    "diagonal-jacobian": "4.2 The Jacobian of the softmax",
    "off-diagonal-sign": "4.2 The Jacobian of the softmax",
    "stops-at-activation": "4.4 Back from the loss: a row times the Jacobian",
    "extra-activation-derivative": "4.5 The collapse",
    "missing-one-hot": "4.5 The collapse",
    "softmax-of-probabilities": "7.1 Four combinations",
    "clipped": "7.3 Where logits are better",
}

NET = (
    "tiny_net, tiny_rows = initialize([3, 2, 4], seed=0), np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]])\n"
    "tiny = tiny_net, forward(tiny_rows, tiny_net, softmax)[1], np.array([2, 0])"
)
NET_FAR = (
    'tiny_net = {**initialize([3, 2, 4], seed=0), "b2": np.array([0.0, 0.0, 40.0, 0.0])}\n'
    "tiny_far = tiny_net, forward(np.ones((2, 3)), tiny_net, softmax)[1], np.array([2, 0])"
)
PROBABILITIES = "np.array([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]])"
ENTRIES = "tiny = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]), np.array([[2.0, 0.0, 4.0], [1.0, 1.0, 2.5]])"
TWICE = "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], (2, 1))"


# --- The lesson -------------------------------------------------------------------------------------


def _carried_back(case: Case, own) -> dict:
    params, cache, y = case.arguments
    dZ = over_examples(difference(cache[f"A{len(params) // 2}"], y))
    return carried_back(params, cache, dZ, own)


def _mean_of_losses(logits, y) -> float:
    return -float(np.mean(_log_softmax(logits)[np.arange(len(y)), y]))


def _cost_of_logits(case: Case, arrays) -> float:
    return _mean_of_losses(arrays["dZ"], case.arguments[1])


def _cost_of_params(case: Case, arrays) -> float:
    params = {name[1:]: array for name, array in arrays.items()}
    _, cache = forward(case.context.X, params)
    return _mean_of_losses(cache[f"Z{len(params) // 2}"], case.context.y)


def _params_by_gradient(case: Case) -> dict:
    return {f"d{name}": value for name, value in case.context.params.items()}


def _squared_distance(case: Case, arrays) -> float:
    return float(np.mean((arrays["dA"] - case.arguments[0]) ** 2))


def _in_order(case: Case, parts) -> bool:
    order = np.argsort(case.arguments[0], axis=1)
    return bool(np.all(np.diff(np.take_along_axis(parts["P"], order, axis=1)) >= -1e-12))


def _biases_cancel(case: Case, parts) -> bool:
    """Raise all logits alike, and no probability changes."""
    last = parts[f"db{case.context.depth}"]
    return bool(abs(last.sum()) <= 1e-9 * np.abs(last).max() + 1e-12)


AS_ONE = "Raise all logits alike and nothing changes; {} do not say so."

PROBABILITY_STEPS = {"shift": shift, "normalise": normalise, "finish": as_it_is}

EXERCISES = (
    Exercise(
        name="softmax",
        points=2,
        asks="the probabilities of a batch of logits",
        reread="2.3 Overflow",
        sections={
            **SECTIONS,
            **dict.fromkeys(("wrong-axis", "one-example-only", "transposed", "wrong-sign"), "2.1 Softmax"),
            **dict.fromkeys(("factor-two", "constant-factor"), "2.1 Softmax"),
            "clipped": "2.3 Overflow",
        },
        examples={
            "tiny": "tiny = (np.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]),)",
            "tiny_twice": "tiny_twice = (np.tile(tiny[0], (2, 1)),)",
            "tiny_far": "tiny_far = (np.array([[1000.0, 0.0], [-1000.0, -1002.0]]),)",
        },
        arguments=("Z",),
        cases=_logit_cases,
        reference=_softmax_reference,
        solve=softmax,
        steps=PROBABILITY_STEPS,
        slips=SOFTMAX_SLIPS,
        parts=("P",),
        stable=True,
        extra_mean="needless-mean",
        axes={"P": ("example", "class")},
        invariants=(
            rows_sum_to(1, "P", "The probabilities of an example do not sum to 1."),
            between_0_and_1("P", "A probability lies between 0 and 1; some of these do not."),
            Invariant("A larger logit does not always get a larger probability.", _in_order),
        ),
    ),
    Exercise(
        name="log_softmax",
        points=2,
        asks="the logarithm of the probabilities, from the logits",
        reread="2.4 The logarithm of a softmax",
        sections={
            **SECTIONS,
            "clipped": "2.4 The logarithm of a softmax",
            "wrong-log-base": "2.4 The logarithm of a softmax",
        },
        examples={
            "tiny": "tiny = (np.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]),)",
            "tiny_twice": "tiny_twice = (np.tile(tiny[0], (2, 1)),)",
            "tiny_far": "tiny_far = (np.array([[1000.0, 0.0], [-1000.0, -1002.0]]),)",
        },
        arguments=("Z",),
        cases=_logit_cases,
        reference=_log_softmax_reference,
        solve=log_softmax,
        steps={"shift": shift, "log_sum": log_sum, "subtract": subtract, "finish": as_it_is},
        slips=LOG_SOFTMAX_SLIPS,
        parts=("log_P",),
        stable=True,
        extra_mean="needless-mean",
        axes={"log_P": ("example", "class")},
        invariants=(
            of(
                "log_P",
                lambda log_P: np.all(np.abs(np.exp(log_P).sum(axis=1) - 1) <= 1e-9),
                "The probabilities that these are the logarithms of do not sum to 1.",
            ),
            of(
                "log_P",
                lambda log_P: np.all(log_P <= 1e-12),
                "Some entries are positive; the logarithm of a probability never is.",
            ),
        ),
    ),
    Exercise(
        name="cross_entropy",
        points=2,
        asks="the cost of a batch from one-hot labels",
        reread="3.1 Two ways to write the loss",
        sections=SECTIONS,
        examples={
            "tiny": "tiny = np.array([[0, 0, 1], [1, 0, 0]]), " + PROBABILITIES,
            "tiny_twice": TWICE,
            "tiny_far": "tiny_far = np.array([[1, 0]]), np.array([[1e-20, 1.0]])",
        },
        arguments=("Y", "P"),
        cases=_one_hot_cases,
        reference=_cross_entropy_reference,
        solve=cross_entropy,
        steps={"log": np.log, "terms": one_hot_terms, "loss": over_classes, "mean": np.mean},
        slips=CROSS_ENTROPY_SLIPS,
        parts=("cost",),
        invariants=(not_negative("cost"),),
    ),
    Exercise(
        name="sparse_cross_entropy",
        points=2,
        asks="the cost of a batch from integer classes",
        reread="3.1 Two ways to write the loss",
        sections=SECTIONS,
        examples={
            "tiny": "tiny = np.array([2, 0]), " + PROBABILITIES,
            "tiny_twice": "tiny_twice = np.tile(tiny[0], 2), np.tile(tiny[1], (2, 1))",
            "tiny_far": "tiny_far = np.array([0]), np.array([[1e-20, 1.0]])",
        },
        arguments=("y", "P"),
        cases=_sparse_cases,
        reference=_sparse_reference,
        solve=sparse_cross_entropy,
        steps={"log": np.log, "pick": of_the_right_class, "mean": np.mean},
        slips=SPARSE_SLIPS,
        parts=("cost",),
        invariants=(not_negative("cost"),),
    ),
    Exercise(
        name="softmax_jacobian",
        points=3,
        asks="the derivatives of the probabilities with respect to the logits",
        reread="4.2 The Jacobian of the softmax",
        sections={**SECTIONS, "wrong-sign": "4.3 Checks that need no answer sheet"},
        examples={
            "tiny": "tiny = (np.array([1.0, 2.0, 0.5]),)",
        },
        arguments=("z",),
        cases=_jacobian_cases,
        reference=_jacobian_reference,
        solve=softmax_jacobian,
        steps={"probabilities": as_it_is, "jacobian": jacobian},
        slips=JACOBIAN_SLIPS,
        parts=("J",),
        extra_mean="needless-mean",
        axes={"J": ("class", "class")},
        invariants=(
            symmetric("J"),
            rows_sum_to(0, "J", AS_ONE.format("the sums of the rows")),
            of("J", lambda J: np.all(np.diag(J) >= 0), "A probability does not grow with its own logit."),
        ),
    ),
    Exercise(
        name="softmax_cross_entropy_gradient",
        points=3,
        asks="the derivative of the mean cost with respect to the logits",
        reread="4.5 The collapse",
        sections={**SECTIONS, "wrong-axis": "2.1 Softmax"},
        examples={
            "tiny": "tiny = np.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]), np.array([2, 0])",
            "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], 2)",
            "tiny_far": "tiny_far = np.array([[1000.0, 0.0], [-1000.0, -1002.0]]), np.array([1, 0])",
        },
        arguments=("Z", "y"),
        cases=_gradient_cases,
        reference=_gradient_reference,
        solve=softmax_cross_entropy_gradient,
        steps={**PROBABILITY_STEPS, "difference": difference, "one_hot": one_hot, "mean": over_examples},
        slips=GRADIENT_SLIPS,
        parts=("dZ",),
        stable=True,
        axes={"dZ": ("example", "class")},
        invariants=(
            rows_sum_to(0, "dZ", AS_ONE.format("the sums of the rows")),
            slopes(_cost_of_logits, lambda case: {"dZ": case.context.Z}, NUDGED.format("a logit")),
        ),
    ),
    Exercise(
        name="backward_softmax",
        points=4,
        asks="the gradients of every layer of a network with a softmax output",
        reread="5. A softmax on top of a network",
        sections=SECTIONS,
        examples={
            "tiny": NET,
            "tiny_twice": (
                "tiny_rows = np.tile(tiny_rows, (2, 1))\n"
                "tiny_twice = tiny_net, forward(tiny_rows, tiny_net, softmax)[1], np.tile(tiny[2], 2)"
            ),
            "tiny_far": NET_FAR,
            "off-diagonal-sign": NET + "\nprint(backward_softmax(*tiny)['db2'].sum().round(9))",
            "chain-cut": NET
            + "\nprint(backward_softmax({**tiny_net, 'W2': 0 * tiny_net['W2']}, *tiny[1:])['dW1'])",
        },
        arguments=("params", "cache", "y"),
        cases=_network_cases,
        reference=_backward_reference,
        counterparts={"dW": "db", "db": "dW"},
        solve=backward_softmax,
        steps={
            **{name: step for name, step in NETWORK_STEPS.items() if name != "output_delta"},
            "difference": difference,
            "one_hot": one_hot,
            "mean": over_examples,
        },
        slips=BACKWARD_SLIPS,
        alias=counted_from_output,
        carry_forward=_carried_back,
        made_in=GRADIENTS_MADE_IN,
        axes=LAYER_AXES,
        invariants=(
            Invariant(AS_ONE.format("the last layer's bias gradients"), _biases_cancel),
            slopes(_cost_of_params, _params_by_gradient, NUDGED.format("a weight or a bias")),
        ),
    ),
    Exercise(
        name="mean_squared_error",
        points=1,
        asks="the mean squared error of predictions of any shape",
        reread="8.1 Squared error",
        examples={
            "tiny": ENTRIES,
            "tiny_twice": TWICE,
        },
        arguments=("Y", "A"),
        cases=_regression_cases,
        reference=_squared_error_reference,
        solve=mean_squared_error,
        steps={"squares": squares, "mean": np.mean},
        slips=SQUARED_ERROR_SLIPS,
        parts=("cost",),
        invariants=(not_negative("cost"),),
    ),
    Exercise(
        name="mean_squared_error_gradient",
        points=1,
        asks="the derivative of the mean squared error with respect to the predictions",
        reread="8.1 Squared error",
        examples={
            "tiny": ENTRIES,
            "tiny_twice": TWICE,
            "extra-activation-derivative": ENTRIES + "\nprint(mean_squared_error_gradient(*tiny))",
        },
        hints={
            "extra-activation-derivative": Hint(
                advice="This cost is one of predictions, whatever made them: there is no activation between "
                "the two. Which link of the chain does each of your factors belong to?",
                experiment="Let a linear unit predict 5 where 3 is right: which of your factors could know "
                "of its activation?",
            ),
        },
        arguments=("Y", "A"),
        cases=_regression_cases,
        reference=_squared_error_gradient_reference,
        solve=mean_squared_error_gradient,
        steps={"slopes": slope_of_squares, "mean": over_entries},
        slips=SQUARED_ERROR_GRADIENT_SLIPS,
        parts=("dA",),
        axes={"dA": ("example", "unit")},
        invariants=(
            slopes(_squared_distance, lambda case: {"dA": case.arguments[1]}, NUDGED.format("a prediction")),
        ),
    ),
)

LESSON = Lesson(
    name="04_softmax_cross_entropy",
    title="Softmax and cross-entropy",
    builds=(
        "softmax and its loss without overflow, the whole derivation from the Jacobian to `p - y`, a "
        "network that reads ten digits; squared error for regression"
    ),
    minutes="90–120",
    exercises=in_order(*EXERCISES),
)
