"""Lesson 5: training step by step as Keras does it, and what goes around it.

Adam is that of Kingma and Ba, "Adam: A method for stochastic optimization", ICLR 2015, in the form at the
end of its section 2, which Keras uses. What `fit` reports is what `keras.Model.fit` reports.
"""

from __future__ import annotations

import re
from functools import partial
from types import SimpleNamespace

import numpy as np

from grader.lessons import backpropagation as layers
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Lesson, Slip, in_order
from grader.lessons.invariants import between_0_and_1, not_negative, of
from grader.lessons.networks import LESSON_SIZES, random_network
from grader.lessons.tensors import cost_tensor, tensors
from utils.network import backward, binary_cross_entropy, forward, sigmoid, softmax
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def predict_classes(A, threshold, largest):
    return threshold(A[:, 0]) if A.shape[1] == 1 else largest(A)


def threshold(a):
    return (a >= 0.5).astype(np.int64)


def largest(A):
    return A.argmax(axis=1)


def accuracy(y, y_pred):
    return float(np.mean(y == y_pred))


def sgd_step(params, grads, learning_rate):
    return {name: value - learning_rate * grads[f"d{name}"] for name, value in params.items()}


def adam_step(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **steps
):  # fmt: skip
    moved, m, v = {}, {}, {}
    for position, (name, value) in enumerate(params.items()):
        t = steps["present"](state["t"], position)
        old = state["m"][name], state["v"][name]
        m[name], v[name] = steps["moments"](grads[f"d{name}"], *old, beta_1, beta_2)
        moved[name] = steps["move"](value, m[name], v[name], t, learning_rate, beta_1, beta_2, epsilon)
    return moved, steps["remember"](state["t"], m, v)


def present(t, position):
    """The number of the present step; `position` counts the parameters, which share it."""
    return t + 1


def moments(gradient, m, v, beta_1, beta_2):
    return beta_1 * m + (1 - beta_1) * gradient, beta_2 * v + (1 - beta_2) * gradient**2


def move(value, m, v, t, learning_rate, beta_1, beta_2, epsilon):
    rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return value - rate * m / (np.sqrt(v) + epsilon)


def remember(t, m, v):
    return {"t": t + 1, "m": m, "v": v}


def fit(X, Y, params, learning_rate, epochs, batch_size, **steps):
    m, history = len(X), []
    for _ in range(epochs):
        before, met = params, []
        for rows in steps["batches"](m, batch_size):
            batch = SimpleNamespace(X=X[rows], Y=Y[rows], m=m, batch_size=batch_size)
            old, params = params, steps["descend"](params, batch, learning_rate, steps["gradient"])
            met.append(_measured(steps["cost"], batch.X, batch.Y, old, params))
        history.append(steps["report"](met, _measured(steps["cost"], X, Y, before, params)))
    return params, history


def _measured(cost, X, Y, before, after):
    """Some examples with their costs under two sets of parameters, computed where a report asks for them."""
    return SimpleNamespace(size=len(X), before=partial(cost, X, Y, before), after=partial(cost, X, Y, after))


def cost(X, Y, params):
    return binary_cross_entropy(Y, forward(X, params)[0])


def batches(m, batch_size):
    return [slice(first, first + batch_size) for first in range(0, m, batch_size)]


def descend(params, batch, learning_rate, gradient):
    """One step of gradient descent with a batch, a namespace of X, Y, m and batch_size."""
    _, cache = forward(batch.X, params)
    return sgd_step(params, gradient(params, cache, batch.Y), learning_rate)


def report(met, whole):
    """What Keras reports, of batches `met` before and after their steps, and the `whole` epoch likewise."""
    return sum(batch.size * batch.before() for batch in met) / sum(batch.size for batch in met)


def standardize(X_train, X, center, spread, constant):
    deviation = spread(X_train, X)
    return (X - center(X_train, X)) / np.where(constant(X_train, X, deviation), 1.0, deviation)


def center(X_train, X):
    return X_train.mean(axis=0)


def spread(X_train, X):
    return X_train.std(axis=0)


def constant(X_train, X, deviation):
    return (X_train == X_train[0]).all(axis=0)


def leaky_relu(Z, slope):
    return np.where(Z > 0, Z, slope * Z)


def leaky_relu_gradient(Z, slope):
    return np.where(Z > 0, 1.0, slope)


# --- Slips: small wrong steps -----------------------------------------------------------------------


def _changed(name, change) -> Slip:
    """A slip that changes the right answer as a whole: `change(answer, *arguments)` stands in its place."""
    return Slip(name, {"answer": lambda right, *given, **steps: change(right(*given, **steps), *given)})


def _of_ten_columns(right, A):
    return right(A[:, list(range(10))])


ONE_ROW_SLIPS = (
    _changed("one-example-only", lambda answer, *given: answer[:1]),
    _changed("one-example-only", lambda answer, *given: answer[-1:]),
)

PREDICT_SLIPS = (
    Slip("strict-threshold", {"threshold": lambda right, a: (a > 0.5).astype(np.int64)}),
    Slip("labels-swapped", {"threshold": lambda right, a: (a < 0.5).astype(np.int64)}),
    Slip("labels-swapped", {"threshold": lambda right, a: (a <= 0.5).astype(np.int64)}),
    Slip("softmax-of-probabilities", {"threshold": lambda right, a: np.ones(len(a), np.int64)}),
    Slip("wrong-axis", {"largest": lambda right, A: A.argmax(axis=0)}),
    Slip("wrong-axis", {"largest": lambda right, A: A.argmax()}),
    Slip("wrong-axis", {"answer": lambda right, A, **steps: A.argmax(axis=0)}),
    Slip("wrong-axis", {"answer": lambda right, A, **steps: A.argmax()}),
    Slip("class-off-by-one", {"largest": lambda right, A: right(A) + 1}),
    Slip("class-off-by-one", {"answer": lambda right, A, **steps: right(A, **steps) + 1}),
    Slip("hard-coded-size", {"largest": _of_ten_columns}),
    *ONE_ROW_SLIPS,
)

ACCURACY_SLIPS = (
    Slip("not-a-scalar", {"answer": lambda right, y, y_pred: (y == y_pred).astype(float)}),
    Slip("one-example-only", {"answer": lambda right, y, y_pred: right(y[:1], y_pred[:1])}),
    Slip("one-example-only", {"answer": lambda right, y, y_pred: right(y[-1:], y_pred[-1:])}),
    Slip("integer-truncation", {"answer": lambda right, y, y_pred: int(right(y, y_pred))}),
    _changed("integer-truncation", lambda share, y, y_pred: float(np.asarray(share).astype(y.dtype))),
    _changed("mean-over-wrong-count", lambda share, y, y_pred: share * len(y) / len(np.unique(y))),
    _changed("mean-over-wrong-count", lambda share, y, y_pred: share * len(y) / max(len(y) - 1, 1)),
    *(
        Slip("hard-coded-size", {"answer": lambda right, y, y_pred, n=n: np.mean((y == y_pred) & (y < n))})
        for n in (2, 10)
    ),
)


def _biases_left(right, params, grads, learning_rate):
    return {
        name: params[name] if name[0] == "b" else v for name, v in right(params, grads, learning_rate).items()
    }


def _averaged(right, params, grads, learning_rate):
    return right(params, {name: np.mean(value) for name, value in grads.items()}, learning_rate)


def _of_the_type_of(params, moved):
    return {name: value.astype(params[name].dtype) for name, value in moved.items()}


SGD_SLIPS = (
    Slip("wrong-sign", {"answer": lambda right, params, grads, rate: right(params, grads, -rate)}),
    Slip("bias-gradient-missing", {"answer": _biases_left}),
    Slip("needless-mean", {"answer": _averaged}),
    _changed("integer-truncation", lambda moved, params, *given: _of_the_type_of(params, moved)),
    _changed("wrong-keys", lambda moved, *given: {f"d{name}": value for name, value in moved.items()}),
)


def _in_move(wrong):
    """A slip's step in Adam's move: `wrong` maps a namespace of its numbers to a changed one."""

    def step(right, value, m, v, t, learning_rate, beta_1, beta_2, epsilon):
        n = SimpleNamespace(
            m=m, v=v, t=t, learning_rate=learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon
        )
        n = SimpleNamespace(**{**vars(n), **wrong(n)})
        return right(value, n.m, n.v, n.t, n.learning_rate, n.beta_1, n.beta_2, n.epsilon)

    return {"move": step}


def _in_moments(wrong):
    """A slip's step in the moments: `wrong(beta_1, beta_2)` gives the betas that stand in their places."""
    return {"moments": lambda right, g, m, v, beta_1, beta_2: right(g, m, v, *wrong(beta_1, beta_2))}


def _remembered(wrong):
    """A slip's step in the new state: `wrong(t, m, v)` gives the entries that are wrong."""
    return {"remember": lambda right, t, m, v: {**right(t, m, v), **wrong(t, m, v)}}


def _corrected_away(n, beta):
    return 1 - getattr(n, beta) ** n.t


_FIRST_UNCORRECTED = _in_move(lambda n: {"m": n.m * _corrected_away(n, "beta_1")})
_SECOND_UNCORRECTED = _in_move(
    lambda n: {"learning_rate": n.learning_rate / np.sqrt(_corrected_away(n, "beta_2"))}
)
_UNCORRECTED = _in_move(
    lambda n: {
        "m": n.m * _corrected_away(n, "beta_1"),
        "learning_rate": n.learning_rate / np.sqrt(_corrected_away(n, "beta_2")),
    }
)


def _in_float32(number):
    return float(np.float32(number))


def _raises(*arguments):
    raise ZeroDivisionError


def _off_by(correction, remembered):
    """The correction uses t + `correction`, the state keeps t + `remembered`; both should be 1."""
    return {
        "present": lambda right, t, position: t + correction,
        "remember": lambda right, t, m, v: {"t": t + remembered, "m": m, "v": v},
    }


def _raises_at_zero(remembered):
    """As `_off_by(0, remembered)`, where the first step divides a Python float by zero."""

    def present(right, t, position):
        return _raises() if t == 0 else t

    return {**_off_by(0, remembered), "present": present}


_COUNTED_FOR_EACH_PARAMETER = {
    "present": lambda right, t, position: t + 1 + position,
    **_remembered(lambda t, m, v: {"t": t + len(m)}),
}

ADAM_SLIPS = (
    Slip("no-bias-correction", _UNCORRECTED),
    Slip("no-bias-correction", _FIRST_UNCORRECTED),
    Slip("no-bias-correction", _SECOND_UNCORRECTED),
    *(Slip("step-off-by-one", _off_by(*off)) for off in ((0, 1), (0, 0), (1, 0), (2, 1), (2, 2), (1, 2))),
    *(Slip("step-off-by-one", _raises_at_zero(remembered)) for remembered in (0, 1)),
    Slip("step-off-by-one", _COUNTED_FOR_EACH_PARAMETER),
    Slip("epsilon-inside-root", _in_move(lambda n: {"v": n.v + n.epsilon, "epsilon": 0.0})),
    Slip(
        "epsilon-inside-root",
        _in_move(lambda n: {"v": n.v + n.epsilon * _corrected_away(n, "beta_2"), "epsilon": 0.0}),
    ),
    Slip(
        "epsilon-unscaled",
        _in_move(lambda n: {"epsilon": n.epsilon * np.sqrt(_corrected_away(n, "beta_2"))}),
    ),
    Slip("moments-swapped", _in_moments(lambda beta_1, beta_2: (beta_2, beta_1))),
    Slip("moments-swapped", _in_move(lambda n: {"beta_1": n.beta_2, "beta_2": n.beta_1})),
    Slip(
        "moments-swapped",
        {
            **_in_moments(lambda beta_1, beta_2: (beta_2, beta_1)),
            **_in_move(lambda n: {"beta_1": n.beta_2, "beta_2": n.beta_1}),
        },
    ),
    Slip("moments-swapped", _in_move(lambda n: {"m": n.v, "v": n.m})),
    Slip("moments-swapped", _remembered(lambda t, m, v: {"m": v, "v": m})),
    Slip("wrong-sign", _in_move(lambda n: {"learning_rate": -n.learning_rate})),
    Slip(
        "low-precision",
        _in_move(lambda n: {"beta_1": _in_float32(n.beta_1), "beta_2": _in_float32(n.beta_2)}),
    ),
    Slip("ignores-argument", _in_move(lambda n: {"learning_rate": 0.001}), "learning_rate"),
    Slip(
        "ignores-argument",
        {"moments": lambda right, g, m, v, *betas: right(g, 0.0, 0.0, *betas)},
        "the moments in state",
    ),
    *(
        Slip("ignores-argument", _in_move(lambda n, epsilon=epsilon: {"epsilon": epsilon}), "epsilon")
        for epsilon in (0.0, 1e-7, 1e-8)
    ),
    Slip(
        "ignores-argument",
        {
            **_in_moments(lambda beta_1, beta_2: (0.9, 0.999)),
            **_in_move(lambda n: {"beta_1": 0.9, "beta_2": 0.999}),
        },
        "beta_1, beta_2",
    ),
    Slip(
        "bias-gradient-missing",
        {
            "answer": lambda right, params, *others, **steps: tuple(
                {n: params[n] if n[0] == "b" else v for n, v in part.items()} if "t" not in part else part
                for part in right(params, *others, **steps)
            )
        },
    ),
)


def _step_size(factor):
    """A slip's step in the descent: the learning rate times `factor(batch)`."""

    def step(right, params, batch, learning_rate, gradient):
        return right(params, batch, learning_rate * factor(batch), gradient)

    return {"descend": step}


def _one_row(rows):
    def step(right, params, batch, *how):
        one = SimpleNamespace(**{**vars(batch), "X": batch.X[rows], "Y": batch.Y[rows]})
        return right(params, one, *how)

    return {"descend": step}


def _only_weights(right, params, *how):
    new = right(params, *how)
    return {name: params[name] if name[0] == "b" else value for name, value in new.items()}


def _kept_in_float32(right, *how):
    return {name: value.astype(np.float32) for name, value in right(*how).items()}


def _biases_averaged_again(right, params, cache, Y):
    grads = right(params, cache, Y)
    return {name: value / len(Y) if name[1] == "b" else value for name, value in grads.items()}


def _in_gradient(slip):
    """A slip of the backward pass, made with every batch."""
    steps = {name: partial(wrong, layers.NETWORK_STEPS[name]) for name, wrong in slip.steps.items()}
    steps = {**layers.NETWORK_STEPS, **steps}
    return Slip(slip.name, {"gradient": lambda right, *arguments: layers.backward(*arguments, **steps)})


# Whoever writes the backward pass once more can slip in it; these are the likely ones.
IN_GRADIENT = (
    Slip("extra-activation-derivative", {"output_delta": lambda right, A, Y: right(A, Y) * A * (1 - A)}),
    Slip("bias-gradient-not-summed", {"parameter_gradients": lambda right, A, dZ: (right(A, dZ)[0], dZ[0])}),
    *(
        slip
        for slip in layers.DERIVATIVE_SLIPS
        if slip.name
        in ("missing-activation-derivative", "half-activation-derivative", "wrong-activation-derivative")
    ),
)


def _in_cost(loss):
    """A slip in the history alone: `loss(Y, A)` stands for the cross-entropy of every example."""

    def step(right, X, Y, params):
        A, _ = forward(X, params)
        return float(np.mean(loss(Y, A)))

    return {"cost": step}


def _cross_entropy(Y, A, log=np.log, small=0.0):
    return -Y * log(A + small) - (1 - Y) * log(1 - A + small)


def _update_on_the_way_back(right, params, batch, learning_rate, gradient):
    """Each layer is updated before the signal goes back through it."""
    depth, new = len(params) // 2, dict(params)
    A, cache = forward(batch.X, params)
    dZ = (A - batch.Y) / len(batch.Y)
    for layer in range(depth, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        new[f"W{layer}"] = params[f"W{layer}"] - learning_rate * A_prev.T @ dZ
        new[f"b{layer}"] = params[f"b{layer}"] - learning_rate * dZ.sum(axis=0)
        dZ = (dZ @ new[f"W{layer}"].T) * A_prev * (1 - A_prev)
    return new


def _full_only(right, m, batch_size):
    return [rows for rows in right(m, batch_size) if rows.stop <= m]


def _full_only_but_one_at_least(right, m, batch_size):
    return _full_only(right, m, batch_size) or right(m, batch_size)[:1]


def _over_all(right, met, whole):
    return sum(batch.size * batch.before() for batch in met) / whole.size


def _mean_or_nan(right, met, whole):
    return _plain_mean([batch.before() for batch in met]) if met else np.nan


def _plain_mean(values):
    return sum(values) / len(values)


def _after_each_step(right, met, whole):
    return right([SimpleNamespace(size=batch.size, before=batch.after) for batch in met], whole)


DROPPED = (
    {"batches": _full_only},
    {"batches": _full_only, "report": _over_all},
    {"batches": _full_only, "report": _mean_or_nan},
    {"batches": _full_only_but_one_at_least},
    {"batches": _full_only_but_one_at_least, "report": _over_all},
)


REPORTED = (
    lambda right, met, whole: _plain_mean([batch.before() for batch in met]),
    lambda right, met, whole: whole.after(),
    _after_each_step,
    lambda right, met, whole: _plain_mean([batch.after() for batch in met]),
)

FIT_SLIPS = (
    *(Slip("last-batch-dropped", steps) for steps in DROPPED),
    *(Slip("unweighted-history", {"report": wrong}) for wrong in REPORTED),
    Slip("gradient-after-update", {"descend": _update_on_the_way_back}),
    Slip("missing-mean", _step_size(lambda batch: len(batch.X))),
    Slip("double-mean", _step_size(lambda batch: 1 / len(batch.X))),
    Slip("mean-over-wrong-count", _step_size(lambda batch: len(batch.X) / batch.m)),
    Slip("mean-over-wrong-count", _step_size(lambda batch: len(batch.X) / batch.batch_size)),
    Slip("wrong-sign", _step_size(lambda batch: -1)),
    Slip("one-example-only", _one_row(slice(0, 1))),
    Slip("one-example-only", _one_row(slice(-1, None))),
    Slip("bias-gradient-missing", {"descend": _only_weights}),
    Slip("low-precision", {"descend": _kept_in_float32}),
    Slip("double-mean", {"gradient": _biases_averaged_again}),
    *map(_in_gradient, IN_GRADIENT),
    Slip(
        "labels-swapped", {"answer": lambda right, X, Y, *others, **steps: right(X, 1 - Y, *others, **steps)}
    ),
    Slip("positive-term-only", _in_cost(lambda Y, A: -Y * np.log(A))),
    *(Slip("wrong-log-base", _in_cost(partial(_cross_entropy, log=log))) for log in (np.log2, np.log10)),
    *(Slip("clipped", _in_cost(partial(_cross_entropy, small=small))) for small in (1e-7, 1e-8)),
)


def _flat_deviation(right, X_train, X, deviation):
    """Finds the constant features by their deviation, which may be nan."""
    return deviation == 0


def _never(right, X_train, X, deviation):
    return np.zeros(np.shape(deviation), bool)


def _of_the_others(right, X_train, X, *deviation):
    return right(X, X, *deviation)


def _of_both(right, X_train, X, *deviation):
    return right(np.concatenate([X_train, X]), X, *deviation)


_STATISTICS = ("center", "spread", "constant")
_ROWS = {
    "center": lambda right, X_train, X: X.mean(axis=1, keepdims=True),
    "spread": lambda right, X_train, X: X.std(axis=1, keepdims=True),
    "constant": _flat_deviation,
}
_TRAINING_ROWS = {
    "center": lambda right, X_train, X: X_train.mean(axis=1),
    "spread": lambda right, X_train, X: X_train.std(axis=1),
    "constant": _flat_deviation,
}
_TRAINING_ROWS_KEPT = {
    "center": lambda right, X_train, X: X_train.mean(axis=1, keepdims=True),
    "spread": lambda right, X_train, X: X_train.std(axis=1, keepdims=True),
    "constant": _flat_deviation,
}
_EVERYTHING = {
    "center": lambda right, X_train, X: X_train.mean(),
    "spread": lambda right, X_train, X: X_train.std(),
    "constant": _flat_deviation,
}


def _sample_deviation(right, X_train, X):
    return X_train.std(axis=0, ddof=1) if len(X_train) > 1 else np.full(X_train.shape[1], np.nan)


def _spread_over(count):
    """The deviation with `count(X_train)` in the place of its m."""
    return {"spread": lambda right, X_train, X: right(X_train, X) * np.sqrt(len(X_train) / count(X_train))}


STANDARDIZE_SLIPS = (
    Slip("test-statistics", dict.fromkeys(_STATISTICS, _of_the_others)),
    Slip("test-statistics", dict.fromkeys(_STATISTICS[:1], _of_the_others)),
    Slip("test-statistics", dict.fromkeys(_STATISTICS[1:], _of_the_others)),
    Slip("test-statistics", dict.fromkeys(_STATISTICS, _of_both)),
    Slip("variance-for-deviation", {"spread": lambda right, X_train, X: right(X_train, X) ** 2}),
    Slip("sample-deviation", {"spread": _sample_deviation}),
    Slip("sample-deviation", {"spread": _sample_deviation, "constant": _flat_deviation}),
    Slip("wrong-axis", _ROWS),
    Slip("wrong-axis", {**_ROWS, "constant": _never}),
    Slip("wrong-axis", _TRAINING_ROWS),
    Slip("wrong-axis", _TRAINING_ROWS_KEPT),
    Slip("wrong-axis", _EVERYTHING),
    Slip("wrong-axis", {**_EVERYTHING, "constant": _never}),
    Slip("numerically-unstable", {"constant": _never}),
    Slip("numerically-unstable", {"constant": _flat_deviation}),
    Slip("missing-mean", _spread_over(lambda X_train: 1)),
    Slip("double-mean", _spread_over(lambda X_train: len(X_train) ** 2)),
    Slip("mean-over-wrong-count", _spread_over(lambda X_train: X_train.shape[1])),
    *ONE_ROW_SLIPS,
    _changed("integer-truncation", lambda scaled, X_train, X: scaled.astype(X.dtype)),
    *(
        Slip(
            "clipped",
            {
                "spread": lambda right, X_train, X, small=10.0**-k: right(X_train, X) + small,
                "constant": _never,
            },
        )
        for k in range(3, 13)
    ),
    *(
        Slip(
            "clipped",
            {
                "spread": lambda right, X_train, X, small=10.0**-k: np.maximum(right(X_train, X), small),
                "constant": _never,
            },
        )
        for k in range(3, 13)
    ),
)


def _of_z(name, *functions):
    """Slips under one name, each a function of `(Z, slope)` that stands for the answer."""
    return tuple(Slip(name, {"answer": lambda right, Z, slope, f=f: f(Z, slope)}) for f in functions)


OWN_SLOPES = (0.01, 0.1, 0.125, 0.2, 0.3)  # those of textbooks, libraries and this lesson

Z_SLIPS = (
    *ONE_ROW_SLIPS,
    _changed("integer-truncation", lambda answer, Z, slope: answer.astype(Z.dtype)),
    *(
        Slip("ignores-argument", {"answer": lambda right, Z, slope, own=own: right(Z, own)})
        for own in OWN_SLOPES
    ),
)

LEAKY_SLIPS = (
    *_of_z(
        "wrong-activation",
        lambda Z, slope: np.maximum(Z, 0),
        lambda Z, slope: np.where(Z > 0, Z, slope * (np.exp(Z) - 1)),
        lambda Z, slope: np.where(Z > 0, Z, np.exp(Z) - 1),
        lambda Z, slope: sigmoid(Z),
        lambda Z, slope: np.tanh(Z),
    ),
    *_of_z("activation-skipped", lambda Z, slope: Z),
    *_of_z("activation-twice", lambda Z, slope: leaky_relu(leaky_relu(Z, slope), slope)),
    *_of_z("wrong-sign", lambda Z, slope: leaky_relu(Z, -slope)),
    *Z_SLIPS,
)

LEAKY_GRADIENT_SLIPS = (
    *_of_z(
        "wrong-activation-derivative",
        lambda Z, slope: np.where(Z > 0, 1.0, 0.0),
        lambda Z, slope: np.where(Z >= 0, 1.0, 0.0),
        lambda Z, slope: np.where(Z > 0, 1.0, slope * np.exp(Z)),
        lambda Z, slope: sigmoid(Z) * (1 - sigmoid(Z)),
        lambda Z, slope: 1 - np.tanh(Z) ** 2,
    ),
    *_of_z("missing-activation-derivative", lambda Z, slope: np.ones(Z.shape)),
    *_of_z("wrong-sign", lambda Z, slope: leaky_relu_gradient(Z, -slope)),
    *Z_SLIPS,
)

# --- Cases ------------------------------------------------------------------------------------------


def _integers(rng, size):
    """Small integers other than 0."""
    return rng.integers(1, 4, size=size) * rng.choice([-1, 1], size=size)


def _predict_cases(rng) -> list[Case]:
    def column(m):
        a = rng.uniform(size=(m, 1))
        a[: min(m, 2), 0] = [rng.uniform(0.1, 0.4), rng.uniform(0.6, 0.9)][: min(m, 2)]
        a[4:8, 0] = [0.4, 0.49, 0.51, 0.6][: max(m - 4, 0)]  # where another threshold would show
        return rng.permutation(a)

    def rows(m, units):
        return softmax(rng.normal(scale=0.3, size=(m, units)))

    half = np.array([[0.5], [np.nextafter(0.5, 0)], [np.nextafter(0.5, 1)], [0.5], [0.25]])
    ties = np.array([[0.375, 0.375, 0.25], [0.25, 0.375, 0.375], [0.5, 0.0, 0.5], [0.25, 0.25, 0.25]])
    one_hot = np.eye(4, dtype=np.int64)[rng.permutation([0, 1, 2, 3, 2])]
    cases = [
        ("the output for two digits, one column", column(12), {"lesson"}),
        ("the output for ten digits, ten columns", rows(12, 10), {"lesson"}),
        ("three columns", rows(9, 3), set()),
        ("one column with halves", rng.permutation(half), set()),
        ("columns that are equally large", rng.permutation(ties), set()),
        ("two columns", rows(6, 2), set()),
        ("as many columns as examples", rows(4, 4), {"square"}),
        ("a single example, one column", column(1), {"one example"}),
        ("a single example at one half", np.array([[0.5]]), {"one example"}),
        ("a single example, five columns", rows(1, 5), {"one example"}),
        ("one column of integers", rng.permutation([[0], [1], [1], [0], [1]]), {"integer"}),
        ("four columns of integers", one_hot, {"integer"}),
    ]
    return [Case(label, (A,), frozenset(tags), {"m": len(A)}) for label, A, tags in cases]


def _accuracy_cases(rng) -> list[Case]:
    def pair(m, classes, first_is_right, dtype=np.int64, lowest=0):
        """Labels, and predictions of which some are right and some wrong: of the ends, one is right."""
        y = rng.integers(lowest, classes, size=m)
        wrong = np.arange(m) % 3 == rng.integers(3)
        wrong[[0, -1]] = [not first_is_right, first_is_right]
        return y.astype(dtype), np.where(wrong, (y + 1) % classes, y)

    one = rng.integers(10, size=1)
    some = rng.integers(3, size=8)
    cases = [
        ("labels of two digits", *pair(12, 2, True), {"lesson"}),
        ("labels of ten digits", *pair(12, 10, False), {"lesson"}),
        ("labels that are floats", *pair(7, 3, True, np.float64), set()),
        ("five examples, two classes", *pair(5, 2, False, np.float64), set()),
        ("nine examples, four classes", *pair(9, 4, True), set()),
        ("labels from 10 to 14", *pair(8, 15, False, lowest=10), set()),
        ("answers that are all right", some, some.copy(), set()),
        ("answers that are all wrong", some, (some + 1) % 3, set()),
        ("a single example, right", one, one.copy(), {"one example"}),
        ("a single example, wrong", one, (one + 1) % 10, {"one example"}),
    ]
    return [
        Case(
            label, (y, y_pred), frozenset(tags), {"m": len(y), "classes": int(max(y.max(), y_pred.max())) + 1}
        )
        for label, y, y_pred, tags in cases
    ]


# label, sizes, tags: the parameters that an optimiser is probed with
PARAMETERS = (
    ("the lesson's 64-25-15-1 network", LESSON_SIZES, {"lesson"}),
    ("a 7-5-3-1 network", (7, 5, 3, 1), set()),
    ("square layers, 4-4-4-1", (4, 4, 4, 1), {"square"}),
    ("the lesson's 64-25-15-10 network", (64, 25, 15, 10), {"lesson"}),
    ("integer parameters and gradients", (5, 4, 3, 2), {"integer"}),
    ("layers of one unit", (3, 1, 1, 1), {"one unit"}),
    ("one feature and one unit a layer", (1, 1, 1, 1), {"one unit"}),
    ("a network of two layers", (5, 4, 3), set()),
    ("a network of four layers", (6, 5, 4, 3, 1), set()),
    ("a network of one layer", (4, 2), set()),
)


def _shuffled(rng, entries: dict) -> dict:
    keys = list(entries)
    return {keys[i]: entries[keys[i]] for i in rng.permutation(len(keys))}


def _shapes(sizes) -> dict[str, tuple[int, ...]]:
    shapes = {}
    for layer, (n_in, n_out) in enumerate(zip(sizes, sizes[1:], strict=False), start=1):
        shapes[f"W{layer}"], shapes[f"b{layer}"] = (n_in, n_out), (n_out,)
    return shapes


def _parameters(rng):
    """One network a row of `PARAMETERS`: its case without arguments, parameters and gradients."""
    for label, sizes, tags in PARAMETERS:
        integers = "integer" in tags
        draw = partial(_integers, rng) if integers else lambda size: rng.normal(size=size)
        shapes, depth = _shapes(sizes), len(sizes) - 1
        params = _shuffled(rng, {name: draw(shape) for name, shape in shapes.items()})
        grads = _shuffled(rng, {f"d{name}": draw(shape) for name, shape in shapes.items()})
        case = {"label": label, "tags": frozenset(tags) | {f"depth {depth}"}, "context": depth}
        yield case, params, grads


def _sgd_cases(rng) -> list[Case]:
    rates = rng.permutation([0.01, 0.1, 0.6, 1.3, 2.7, 0.03, 0.2, 0.75, 0.005, 3.6])
    return [
        Case(**case, arguments=(params, grads, float(rate)))
        for rate, (case, params, grads) in zip(rates, _parameters(rng), strict=True)
    ]


# t, what follows the state in the call: one row for each row of PARAMETERS
ADAM_CALLS = (
    (0, (0.01, 0.9, 0.999, 1e-7)),
    (1, (0.1, 0.8, 0.95, 1e-3)),
    (9, (0.05, 0.6, 0.99, 1e-5)),
    (1000, (0.02,)),
    (0, (0.5, 0.7)),
    (2, (0.03, 0.95, 0.4, 1e-2)),
    (0, ()),
    (9, (0.2, 0.9, 0.98)),
    (5, ()),
    (0, (0.1, 0.5, 0.75, 1e-4)),
)


def _adam_cases(rng) -> list[Case]:
    """Gradients of many sizes, so that epsilon counts in some entries; a few are exactly 0."""
    cases = []
    for (t, others), (case, params, grads) in zip(ADAM_CALLS, _parameters(rng), strict=True):
        if "integer" not in case["tags"]:
            grads = {name: _of_many_sizes(rng, gradient) for name, gradient in grads.items()}
        state = {"t": t, "m": {}, "v": {}}
        for name, value in params.items():
            past = _of_many_sizes(rng, rng.normal(size=value.shape)) if t else np.zeros(value.shape)
            state["m"][name] = past * rng.uniform(0.2, 0.8, size=value.shape)
            state["v"][name] = past**2 * rng.uniform(1, 2, size=value.shape)
        if t:  # a weight that has never had a gradient, and has none now
            state["m"]["W1"].flat[0] = state["v"]["W1"].flat[0] = grads["dW1"].flat[0] = 0.0
        state = {**state, "m": _shuffled(rng, state["m"]), "v": _shuffled(rng, state["v"])}
        case = {**case, "label": f"step {t + 1} of {case['label']}"}
        cases.append(Case(**case, arguments=(params, grads, _shuffled(rng, state), *others)))
    return cases


def _of_many_sizes(rng, array):
    return array * 10.0 ** rng.uniform(-6, 0, size=array.shape)


# label, sizes, m, batch size, epochs, tags
TRAININGS = (
    ("the lesson's 64-25-15-1 network, a smaller last batch", LESSON_SIZES, 12, 5, 3, {"lesson"}),
    ("a 7-5-3-1 network, a last batch of one", (7, 5, 3, 1), 9, 4, 2, set()),
    ("a 5-4-3-1 network, batches of equal size", (5, 4, 3, 1), 6, 3, 3, set()),
    ("square layers in one full batch", (4, 4, 4, 1), 4, 4, 3, {"square"}),
    ("a batch size above m", (5, 4, 3, 1), 5, 8, 2, set()),
    ("batches of one", (4, 3, 2, 1), 4, 1, 2, set()),
    ("integer inputs and weights", (5, 4, 3, 1), 6, 4, 2, {"integer"}),
    ("a single example", (5, 4, 3, 1), 1, 1, 3, {"one example"}),
    ("layers of one unit", (3, 1, 1, 1), 5, 3, 2, {"one unit"}),
    ("a network of two layers, soft labels", (5, 4, 1), 7, 3, 2, {"soft"}),
    ("a network of four layers", (6, 5, 4, 3, 1), 5, 2, 2, set()),
    ("a network of one layer", (4, 1), 6, 4, 3, set()),
    ("a 6-3-1 network, a single epoch", (6, 3, 1), 8, 3, 1, set()),
)


def _fit_cases(rng) -> list[Case]:
    cases = []
    for label, sizes, m, batch_size, epochs, tags in TRAININGS:
        network = random_network(rng, label, sizes, m, tags)
        Y = rng.uniform(0.05, 0.95, size=(m, 1)) if "soft" in tags else network.Y
        rate = float(rng.uniform(0.4, 0.9))
        arguments = (network.X, Y, network.params, rate, epochs, batch_size)
        cases.append(Case(label, arguments, network.tags, network.counts, network.depth))
    return cases


def _standardize_cases(rng) -> list[Case]:
    """Features of different means and spreads.

    Constant ones hold a number that is exact in binary, but for one case: the mean of three times 0.1 is
    rounded, and so the deviation is not 0.
    """

    def features(rows, n):
        return rng.normal(size=(rows, n)) * rng.uniform(0.2, 5, size=n) + rng.normal(scale=3, size=n)

    def pair(m, k, n, constants=None):
        """`m` and `k` examples; `constants` maps some of the `n` features to their value in training."""
        both = features(m + k, n)
        for column, value in (constants or {}).items():
            both[:m, column] = value
        return both[:m], both[m:]

    square = pair(5, 5, 5)
    integers = rng.integers(-9, 10, size=(8, 3))
    integers[:2] = [[-9, 3, 0], [4, -5, 7]]  # no feature is constant
    whole = features(6, 3)
    blank = np.zeros((7, 3)), rng.normal(scale=0.01, size=(4, 3))
    cases = [
        ("other examples than the training set, 64 features", *pair(12, 9, 64), {"lesson"}),
        ("the training set itself", whole, whole.copy(), set()),
        ("fewer examples than the training set", *pair(9, 4, 3), set()),
        ("more examples than the training set", *pair(4, 7, 2), set()),
        ("as many examples as features", *square, {"square"}),
        ("integers", integers[:5], integers[5:], {"integer"}),
        ("a single example", *pair(6, 1, 4), {"one example"}),
        ("a single feature", *pair(6, 3, 1), {"one unit"}),
        ("constant features", *pair(8, 5, 6, {1: 0.0, 4: 0.5, 5: -2.0}), {"constant"}),
        ("a feature that is 0.1 in all of training", *pair(3, 4, 2, {1: 0.1}), {"constant"}),
        ("features that are all blank in training", *blank, {"constant"}),
        ("a training set of one example", features(1, 3), features(4, 3), {"constant", "one example"}),
    ]
    return [
        Case(label, (X_train, X), frozenset(tags), {"m": len(X_train), "features": X.shape[1]})
        for label, X_train, X, tags in cases
    ]


# label, shape, slope, tags
PREACTIVATIONS = (
    ("the lesson's first layer, slope 0.05", (12, 25), 0.05, {"lesson"}),
    ("the lesson's second layer, slope 0.125", (12, 15), 0.125, set()),
    ("a slope above 1", (6, 4), 2.5, set()),
    ("slope 0, the ReLU", (4, 6), 0.0, set()),
    ("slope 1", (7, 2), 1.0, set()),
    ("as many units as examples", (4, 4), 0.3, {"square"}),
    ("entries of which some are exactly 0", (3, 5), 0.4, {"zeros"}),
    ("integers", (5, 4), 0.5, {"integer"}),
    ("integers, slope 0.25", (3, 4), 0.25, {"integer"}),
    ("a single example", (1, 5), 0.2, {"one example"}),
    ("one unit, a slope above 1", (6, 1), 1.75, {"one unit"}),
    ("nothing but negative entries, slope 0.01", (3, 4), 0.01, {"negative"}),
)


def _z_cases(rng) -> list[Case]:
    """Negative and positive entries in each case but one, entries that are exactly 0 in one of them."""
    cases = []
    for label, shape, slope, tags in PREACTIVATIONS:
        Z = _integers(rng, shape) if "integer" in tags else 2 * rng.normal(size=shape)
        places = rng.permutation(Z.size)
        Z.flat[places[:2]] = np.abs(Z.flat[places[:2]]) * [1, -1]
        if "zeros" in tags:
            Z.flat[places[2:6]] = 0.0
        if "negative" in tags:
            Z = -np.abs(Z)
        cases.append(Case(label, (Z, slope), frozenset(tags), {"m": shape[0]}))
    return cases


# --- References: TensorFlow in float64 --------------------------------------------------------------


def _in_order(params) -> list[str]:
    """The names of the parameters layer by layer, as a verdict lists them."""
    return sorted(params, key=lambda name: (int(name[1:]), name))


def _predict_reference(case: Case):
    tf, (A,) = import_tensorflow(), case.arguments
    A = tf.cast(A, tf.float64)
    m, columns = A.shape
    if columns == 1:
        return tf.cast(tf.greater_equal(A[:, 0], 0.5), tf.int64).numpy()
    is_largest = tf.equal(A, tf.reduce_max(A, axis=1, keepdims=True))
    positions = tf.where(is_largest, tf.range(columns, dtype=tf.int64), columns)
    return tf.reduce_min(positions, axis=1).numpy()


def _accuracy_reference(case: Case):
    tf, (y, y_pred) = import_tensorflow(), case.arguments
    hits = tf.equal(tf.cast(y, tf.int64), tf.cast(y_pred, tf.int64))
    return float(tf.reduce_mean(tf.cast(hits, tf.float64)))


def _sgd_reference(case: Case):
    tf, (params, grads, learning_rate) = import_tensorflow(), case.arguments
    moved = {}
    for name in _in_order(params):
        variable = tf.Variable(params[name], dtype=tf.float64)
        tf.raw_ops.ResourceApplyGradientDescent(
            var=variable.handle,
            alpha=tf.constant(learning_rate, tf.float64),
            delta=tf.constant(grads[f"d{name}"], tf.float64),
        )
        moved[name] = variable.numpy()
    return moved


def _adam_reference(case: Case):
    """TensorFlow's own Adam, compiled code in float64."""
    tf = import_tensorflow()
    params, grads, state, *others = case.arguments
    learning_rate, beta_1, beta_2, epsilon = (*others, *(0.001, 0.9, 0.999, 1e-7)[len(others) :])
    t = state["t"] + 1
    scalars = {
        "lr": learning_rate, "beta1": beta_1, "beta2": beta_2, "epsilon": epsilon,
        "beta1_power": beta_1**t, "beta2_power": beta_2**t,
    }  # fmt: skip
    scalars = {name: tf.constant(number, tf.float64) for name, number in scalars.items()}
    moved, m, v = {}, {}, {}
    for name in _in_order(params):
        start = params[name], state["m"][name], state["v"][name]
        variables = [tf.Variable(array, dtype=tf.float64) for array in start]
        handles = dict(zip(("var", "m", "v"), (variable.handle for variable in variables), strict=True))
        gradient = tf.constant(grads[f"d{name}"], tf.float64)
        tf.raw_ops.ResourceApplyAdam(**handles, **scalars, grad=gradient)
        moved[name], m[name], v[name] = (variable.numpy() for variable in variables)
    return moved, {"t": t, "m": m, "v": v}


def _fit_reference(case: Case):
    """What `keras.Model.fit` does without shuffling, by TensorFlow's tape; a test holds the two together."""
    tf = import_tensorflow()
    X, Y, params, learning_rate, epochs, batch_size = case.arguments
    params, history = tensors(tf, params), []
    for _ in range(epochs):
        total = 0.0
        for first in range(0, len(X), batch_size):
            batch = X[first : first + batch_size], Y[first : first + batch_size]
            with tf.GradientTape() as tape:
                tape.watch(params)
                J = cost_tensor(tf, params, *batch)
            gradients = tape.gradient(J, params)
            params = {name: value - learning_rate * gradients[name] for name, value in params.items()}
            total += len(batch[0]) * float(J)
        history.append(total / len(X))
    return {name: params[name].numpy() for name in _in_order(params)}, history


def _standardize_reference(case: Case):
    tf = import_tensorflow()
    X_train, X = (tf.cast(array, tf.float64) for array in case.arguments)
    constant = tf.reduce_all(tf.equal(X_train, X_train[0]), axis=0)
    deviation = tf.where(constant, tf.ones_like(X_train[0]), tf.math.reduce_std(X_train, axis=0))
    return ((X - tf.reduce_mean(X_train, axis=0)) / deviation).numpy()


def _leaky(tf, Z, slope):
    """Not `tf.nn.leaky_relu`, which rounds the slope to float32."""
    return tf.where(Z > 0, Z, slope * Z)


def _leaky_reference(case: Case):
    tf, (Z, slope) = import_tensorflow(), case.arguments
    return _leaky(tf, tf.cast(Z, tf.float64), slope).numpy()


def _leaky_gradient_reference(case: Case):
    tf, (Z, slope) = import_tensorflow(), case.arguments
    Z = tf.cast(Z, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(Z)
        total = tf.reduce_sum(_leaky(tf, Z, slope))
    return tape.gradient(total, Z).numpy()


# --- What to read again, and small arguments to experiment with -------------------------------------

SECTIONS = {
    # name: the section that explains it, where that is another than the exercise's own
    "low-precision": "4.3 Who rounds now?",
}
FIT_SECTIONS = {
    **SECTIONS,
    "missing-mean": "2.1 One step",
    "double-mean": "2.1 One step",
    "mean-over-wrong-count": "2.1 One step",
    "wrong-sign": "2.1 One step",
    "bias-gradient-missing": "2.1 One step",
    "gradient-after-update": "2.1 One step",
    "one-example-only": "2.1 One step",
    "bias-gradient-not-summed": "7.2 A network as a list of layers",
    "missing-activation-derivative": "7.2 A network as a list of layers",
    "extra-activation-derivative": "7.2 A network as a list of layers",
    "half-activation-derivative": "7.2 A network as a list of layers",
    "wrong-activation-derivative": "7.2 A network as a list of layers",
}

ONE_ROW = Hint(
    advice="Every row has an answer of its own, and only one comes back. Look for an index that picks a row, "
    "or a loop that returns too early or keeps only its last result.",
    experiment="Call it with a few rows and count the rows of what comes back.",
)
COLUMNS = "print(predict_classes(np.array([[0.7, 0.1, 0.2], [0.1, 0.2, 0.7]])))"
ACCURACY = "tiny = np.array([1, 0, 2, 1]), np.array([1, 0, 1, 1])"
SGD = (
    'tiny_grads = {"dW1": np.array([[0.1, -0.2]]), "db1": np.array([0.3, 0.4])}\n'
    'tiny = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5, 0.5])}, tiny_grads, 0.1'
)
WHOLE = (
    'tiny_params = {"W1": np.array([[1, 2]]), "b1": np.array([0, 3])}\n'
    'tiny_grads = {"dW1": np.array([[3, -1]]), "db1": np.array([2, 1])}\n'
    "tiny_floats = {name: 1.0 * value for name, value in tiny_params.items()}\n"
)
SGD_WHOLE = (
    f"{WHOLE}print(sgd_step(tiny_params, tiny_grads, 0.1))\nprint(sgd_step(tiny_floats, tiny_grads, 0.1))"
)
ADAM_WHOLE = (
    f"{WHOLE}"
    "tiny_zeros = {name: 0 * value for name, value in tiny_floats.items()}\n"
    'tiny = tiny_grads, {"t": 0, "m": tiny_zeros, "v": tiny_zeros}, 0.1\n'
    "print(adam_step(tiny_params, *tiny))\nprint(adam_step(tiny_floats, *tiny))"
)
FIT_WHOLE = (
    'tiny_params = {"W1": np.array([[1], [-2]]), "b1": np.array([1])}\n'
    "tiny_floats = {name: 1.0 * value for name, value in tiny_params.items()}\n"
    "tiny = np.array([[1, 2], [3, -1]]), np.array([[1], [0]])\n"
    "print(fit(*tiny, tiny_params, 0.5, 1, 2))\n"
    "print(fit(*(1.0 * part for part in tiny), tiny_floats, 0.5, 1, 2))"
)
FIT = (
    "tiny_rows, tiny_labels = np.array([[1.0, 0.5], [0.2, -2.0], [3.0, 1.0]]), np.array([[1], [0], [1]])\n"
    "tiny = tiny_rows, tiny_labels, initialize([2, 2, 1], seed=0), 1.0, 1, 2"
)
TWICE = (
    f"{FIT}\ntiny_twice = np.tile(tiny_rows, (2, 1)), np.tile(tiny_labels, (2, 1))\n"
    "print(fit(*tiny[:5], 3)[0])\n"
    "print(fit(*tiny_twice, *tiny[2:5], 6)[0])"
)
FIT_FAR = (
    'tiny_net = {"W1": np.array([[1.0]]), "b1": np.array([28.0])}\n'
    "tiny_far = np.array([[2.0]]), np.array([[0]]), tiny_net, 1.0, 1, 1"
)
ROWS_CHANGED = (
    f"{FIT}\nprint(fit(*tiny[:5], 3)[0]['b2'])\n"
    "tiny_rows[-1] = 9.0\nprint(fit(*tiny[:5], 3)[0]['b2'])\n"
    "tiny_rows[0] = -9.0\nprint(fit(*tiny[:5], 3)[0]['b2'])"
)
FIVE_EPOCHS = (
    "tiny = np.array([[1.0]]), np.array([[1]]), initialize([1, 1], seed=0)\n"
    "tiny_params, tiny_history = fit(*tiny, 1.0, 5, 1)\n"
    "print(tiny_history, forward(tiny[0], tiny_params)[0])"
)
FLAT_UNITS = (
    'tiny_net = {"W1": np.array([[20.0, -20.0]]), "b1": np.zeros(2)}\n'
    'tiny_net = {**tiny_net, "W2": np.ones((2, 1)), "b2": np.zeros(1)}\n'
    "tiny = np.array([[1.0]]), np.array([[0]]), tiny_net, 1.0, 1, 1\n"
    "print(fit(*tiny)[0]['W1'])"
)
FLAT = Hint(
    experiment="Let one hidden unit put out almost 1 and another almost 0, where the sigmoid is flat: should "
    "a step move the weights that lead into them?",
)
ADAM = (
    'tiny_params = {"W1": np.array([[1.0]]), "b1": np.array([2.0])}\n'
    'tiny_grads = {"dW1": np.array([[0.5]]), "db1": np.array([-3.0])}\n'
    "tiny_zeros = {name: np.zeros_like(value) for name, value in tiny_params.items()}\n"
    'tiny = tiny_params, tiny_grads, {"t": 0, "m": tiny_zeros, "v": tiny_zeros}, 0.1, 0.9, 0.999, 0.0'
)
CONSTANT_FEATURE = Hint(
    advice="A feature that never varies has no deviation to divide by, and a small number in its place would "
    "change all other features too. What does the exercise ask for there?",
    experiment="Call it with a training set whose features never vary, and print what you divide by: is it "
    "the number that you meant?",
)
STANDARDIZE = "tiny = np.array([[1.0, 10.0], [3.0, 50.0]]), np.array([[1.0, 10.0], [4.0, 20.0]])"
MEAN_OF_SQUARES = Hint(
    advice="A deviation comes from a mean, that of its feature over the examples of the training set. Where "
    "does the number of those examples enter your code, and how often?",
    experiment="Call it with a training set, then with the rows of that set twice over: the mean and the "
    "deviation of a feature stay as they are. Does your answer?",
)
SIX_NUMBERS = "tiny = np.array([[-2.0, -1.0, 0.0], [1.0, 2.0, -3.0]]), 0.1"
WHOLE_NUMBERS = (
    "tiny = np.array([[-2, -1], [1, 2]]), 0.1\nprint({f}(*tiny))\nprint({f}(1.0 * tiny[0], tiny[1]))"
)
TWO_SLOPES = "tiny = np.array([[-2.0, -1.0, 0.0, 1.0]])\nprint({f}(tiny, 0.1))\nprint({f}(tiny, 0.7))"


def _z_examples(function):
    """The examples of a function of `(Z, slope)`."""
    return {
        "tiny": SIX_NUMBERS,
        "integer-truncation": WHOLE_NUMBERS.format(f=function),
        "ignores-argument": TWO_SLOPES.format(f=function),
    }


# --- The lesson -------------------------------------------------------------------------------------


def _same_layer_of_the_lesson(part: str, case: Case) -> str:
    """Layers are counted from the output: `state['m']['W4']` of four is `state['m']['W3']` of three."""
    depth = case.context

    def renamed(found):
        kind, layer = found[1], int(found[2])
        return f"{kind}{max(1, 3 - (depth - layer))}" if 1 <= layer <= depth else found[0]

    return re.sub(r"\b([Wb])(\d{1,3})\b", renamed, part)


def _carried_history(case: Case, own) -> dict:
    """The history was written on the way: the parameters at its end do not tell."""
    *_, epochs, _ = case.arguments
    return {"history": [np.nan] * epochs}


def _carried_step(case: Case, own) -> dict:
    """Each parameter given its moments and the number of the step, as the new state has them."""
    params, _, _, *others = case.arguments
    rates = (*others, *(0.001, 0.9, 0.999, 1e-7)[len(others) :])
    expected = {}
    for name, value in params.items():
        needed = (f"state['m']['{name}']", f"state['v']['{name}']", "state['t']")
        if own.keys() >= set(needed) and own["state['t']"] >= 1:
            expected[f"params['{name}']"] = move(value, *(own[part] for part in needed), *rates)
    return expected


def _are_columns(case: Case, parts) -> bool:
    """Classes are 0 and 1 where there is one column, and numbers of columns elsewhere."""
    classes, (A,) = parts["classes"], case.arguments
    return bool(np.all((classes >= 0) & (classes < max(2, A.shape[1]))))


def _is_standard(case: Case, parts) -> bool:
    """The training set itself, standardised, has mean 0 and deviation 1; other sets need not."""
    (X_train, X), standard = case.arguments, parts["X"]
    if X_train.shape != X.shape or np.any(X_train != X):
        return True
    return bool(np.abs(standard.mean(axis=0)).max() < 1e-9 and np.abs(standard.std(axis=0) - 1).max() < 1e-9)


def _moves_downhill(case: Case, parts) -> bool:
    params, grads, _ = case.arguments
    return all(np.all((parts[name] - value) * grads[f"d{name}"] <= 1e-12) for name, value in params.items())


def _counts_on(case: Case, parts) -> bool:
    return bool(parts["state['t']"] == case.arguments[2]["t"] + 1)


def _squares(case: Case, parts) -> bool:
    return all(np.all(value >= 0) for name, value in parts.items() if name.startswith("state['v']"))


def _grows(part: str):
    """Whether a part is larger, or as large, where Z is."""

    def holds(case: Case, parts) -> bool:
        order = np.argsort(case.arguments[0], axis=None)
        return bool(np.all(np.diff(np.ravel(parts[part])[order]) >= -1e-12))

    return holds


PARAMETER_AXES = {
    f"{start}{kind}": axes
    for start in ("", "params['", "state['m']['", "state['v']['")
    for kind, axes in (("W", ("input", "unit")), ("b", ("unit",)))
}

EXERCISES = (
    Exercise(
        name="predict_classes",
        points=2,
        asks="the class that each row of a network's output speaks for",
        reread="1.3 From probabilities to answers",
        sections=SECTIONS,
        examples={
            "tiny": "tiny = (np.array([[0.2], [0.5], [0.9]]),)",
            **dict.fromkeys(("wrong-axis", "class-off-by-one"), COLUMNS),
            "hard-coded-size": f"print(predict_classes(np.eye(12)[[11, 0]]))\n{COLUMNS}",
        },
        hints={
            "one-example-only": ONE_ROW,
            "hard-coded-size": Hint(
                advice=(
                    "The lesson's networks have one output unit or ten, others have as many as they need. "
                    "Look for a number of columns, or of rows, that is written into your code, and read it "
                    "from the argument instead."
                ),
                experiment=(
                    "Call it with twelve columns, then with three: can it find the last class in both?"
                ),
            ),
            "labels-swapped": Hint(
                experiment=(
                    "Call it with a prediction near 1 and one near 0: of which class is the model "
                    "sure in each case?"
                ),
            ),
            "softmax-of-probabilities": Hint(
                experiment=(
                    "Put a single column of probabilities through softmax: how many different numbers"
                    " can come out of a row of one?"
                ),
            ),
        },
        arguments=("A",),
        cases=_predict_cases,
        reference=_predict_reference,
        solve=predict_classes,
        steps={"threshold": threshold, "largest": largest},
        slips=PREDICT_SLIPS,
        parts=("classes",),
        axes={"classes": ("example",)},
        invariants=(Invariant("Some of these numbers are no class.", _are_columns),),
    ),
    Exercise(
        name="accuracy",
        points=1,
        asks="the share of right answers",
        reread="1.3 From probabilities to answers",
        sections=SECTIONS,
        examples={
            "tiny": ACCURACY,
            "tiny_twice": "tiny_twice = np.tile(tiny[0], 2), np.tile(tiny[1], 2)",
            "hard-coded-size": "tiny = np.array([3, 11, 12])\nprint(accuracy(tiny, tiny))",
        },
        hints={
            "one-example-only": Hint(
                experiment=(
                    "Call it with four answers of which only the third is wrong: which of them have their "
                    "say in your share?"
                ),
            ),
            "mean-over-wrong-count": Hint(
                advice=(
                    "What is it a share of, the examples or the classes? The number of those, all of them, "
                    "belongs under the fraction."
                ),
                experiment=(
                    "Call it with a few answers, then with the same answers twice over: as large a part of "
                    "them is right. Does your share stay as it is?"
                ),
            ),
            "hard-coded-size": Hint(
                advice=(
                    "Whether an answer is right does not depend on how many classes or examples there are. "
                    "Look for a number of them that is written into your code."
                ),
                experiment=(
                    "Call it with labels that the lesson does not have, such as 11 and 12, and predict all "
                    "of them rightly: what share is that?"
                ),
            ),
            "integer-truncation": Hint(
                advice=(
                    "Counting right answers makes whole numbers, but a share of them is not one. "
                    "Where in your code is a fraction cut off, or a result turned into an integer?"
                ),
                experiment=(
                    "Call it with four answers of which three are right, and follow the share line by"
                    " line: where does its fraction go?"
                ),
            ),
        },
        arguments=("y", "y_pred"),
        cases=_accuracy_cases,
        reference=_accuracy_reference,
        solve=accuracy,
        slips=ACCURACY_SLIPS,
        parts=("accuracy",),
        invariants=(between_0_and_1("accuracy", "A share lies between 0 and 1; this does not."),),
    ),
    Exercise(
        name="sgd_step",
        points=1,
        asks="one step of gradient descent for all parameters",
        reread="2.1 One step",
        sections=SECTIONS,
        examples={
            "tiny": SGD,
            "needless-mean": f"{SGD}\nprint(sgd_step(*tiny))",
            "integer-truncation": SGD_WHOLE,
        },
        hints={
            "needless-mean": Hint(
                advice=(
                    "The mean over the batch is in the gradients already, and each weight moves by an entry "
                    "of its own. Find the place in your code that takes a mean."
                ),
                experiment=("Give two weights gradients of opposite signs: should both move the same way?"),
            ),
        },
        arguments=("params", "grads", "learning_rate"),
        cases=_sgd_cases,
        reference=_sgd_reference,
        solve=sgd_step,
        slips=SGD_SLIPS,
        alias=_same_layer_of_the_lesson,
        axes=PARAMETER_AXES,
        invariants=(Invariant("Some parameters move uphill.", _moves_downhill),),
    ),
    Exercise(
        name="fit",
        points=4,
        asks="mini-batch gradient descent with the loss history of Keras",
        reread="2.2 The loss that Keras reports",
        sections=FIT_SECTIONS,
        examples={
            "tiny": FIT,
            "tiny_far": FIT_FAR,
            "integer-truncation": FIT_WHOLE,
            **dict.fromkeys(("missing-mean", "double-mean"), TWICE),
            **dict.fromkeys(("one-example-only", "bias-gradient-not-summed"), ROWS_CHANGED),
            **dict.fromkeys(("labels-swapped", "wrong-sign"), FIVE_EPOCHS),
            **dict.fromkeys(
                (
                    "missing-activation-derivative",
                    "half-activation-derivative",
                    "wrong-activation-derivative",
                ),
                FLAT_UNITS,
            ),
            "positive-term-only": FIT_FAR + "\nprint(fit(*tiny_far)[1])",
            "wrong-log-base": (
                'tiny_net = {"W1": np.zeros((1, 1)), "b1": np.zeros(1)}\n'
                "print(fit(np.ones((1, 1)), np.ones((1, 1)), tiny_net, 1.0, 1, 1)[1])"
            ),
            "mean-over-wrong-count": FIT + "\nprint(fit(*tiny))",
            "last-batch-dropped": FIT
            + "\nprint(fit(*tiny)[0]['b2'])\ntiny_rows[-1] = 9.0\nprint(fit(*tiny)[0]['b2'])",
            "unweighted-history": FIT + "\nprint(fit(*tiny[:3], 0.0, 1, 2)[1], fit(*tiny)[1])",
        },
        hints={
            "mean-over-wrong-count": Hint(
                experiment=(
                    "Train on three rows with a batch size of 2: how many rows has each batch, and by"
                    " how many do you divide?"
                ),
            ),
            "one-example-only": Hint(
                experiment=(
                    "Train on three rows in one batch, change the last one and train again, then the first:"
                    " do the parameters take notice both times?"
                ),
            ),
            "bias-gradient-not-summed": Hint(
                experiment=(
                    "Train on three rows in one batch, change the last one and train again, then the first:"
                    " which of them have their say in the last bias?"
                ),
            ),
            **dict.fromkeys(
                (
                    "missing-activation-derivative",
                    "half-activation-derivative",
                    "wrong-activation-derivative",
                ),
                FLAT,
            ),
            "wrong-sign": Hint(
                experiment=(
                    "Train for five epochs on a single example: from one to the next, should the history "
                    "rise or fall?"
                ),
            ),
            "labels-swapped": Hint(
                experiment=(
                    "Train for five epochs on a single example with label 1: should the history rise or "
                    "fall, and which number should the prediction come to?"
                ),
            ),
            "positive-term-only": Hint(
                experiment=(
                    "Train on a single example whose label is 0 and whose prediction is all but 1: what "
                    "does the history say of it?"
                ),
            ),
            "wrong-log-base": Hint(
                experiment=(
                    "Start with all parameters at 0, so that the prediction is one half: its loss is the "
                    "natural logarithm of 2, about 0.693. What does your history begin with?"
                ),
            ),
            "clipped": Hint(
                advice=(
                    "Clipping a prediction, or adding a small number to it, changes the cost. The "
                    "`binary_cross_entropy` of the earlier lessons does neither."
                ),
                experiment=(
                    "Give an example with label 0 the score 30: how large should its loss be, and how large "
                    "is it in your history?"
                ),
            ),
        },
        arguments=("X", "Y", "params", "learning_rate", "epochs", "batch_size"),
        cases=_fit_cases,
        reference=_fit_reference,
        solve=fit,
        steps={"batches": batches, "descend": descend, "gradient": backward, "cost": cost, "report": report},
        slips=FIT_SLIPS,
        parts=("params", "history"),
        alias=_same_layer_of_the_lesson,
        carry_forward=_carried_history,
        made_in={"history": ("batches", "cost", "report")},
        axes={**PARAMETER_AXES, "history": ("epoch",)},
        invariants=(not_negative("history", "Some entries are negative, which no cost is."),),
    ),
    Exercise(
        name="adam_step",
        points=4,
        asks="one step of Adam for all parameters, and its state",
        reread="4.1 Each weight its own step",
        sections={"low-precision": SECTIONS["low-precision"]},
        examples={
            "tiny": ADAM,
            "integer-truncation": ADAM_WHOLE,
            **dict.fromkeys(
                ("epsilon-inside-root", "epsilon-unscaled"), ADAM + "\nprint(adam_step(*tiny[:-1], 0.1)[0])"
            ),
            "ignores-argument": ADAM
            + "\nprint(adam_step(*tiny)[0])\nprint(adam_step(*tiny[:3], 0.2, 0.5, 0.5, 1.0)[0])"
            + '\nprint(adam_step(*tiny[:2], {"t": 0, "m": tiny_params, "v": tiny_params}, *tiny[3:])[0])',
        },
        arguments=("params", "grads", "state", "learning_rate", "beta_1", "beta_2", "epsilon"),
        cases=_adam_cases,
        reference=_adam_reference,
        solve=adam_step,
        steps={"present": present, "moments": moments, "move": move, "remember": remember},
        slips=ADAM_SLIPS,
        parts=("params", "state"),
        alias=_same_layer_of_the_lesson,
        carry_forward=_carried_step,
        axes=PARAMETER_AXES,
        invariants=(
            Invariant("The number of steps taken has not grown by one.", _counts_on),
            Invariant("The second moments are means of squares, but some are negative.", _squares),
        ),
    ),
    Exercise(
        name="standardize",
        points=2,
        asks="examples standardised with the statistics of the training set",
        reread="6.1 Give all features the same scale",
        sections=SECTIONS,
        examples={
            "tiny": STANDARDIZE,
            "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), tiny[1]",
            "tiny_far": "tiny_far = np.tile([0.1, 2.0], (3, 1)), np.array([[0.5, 5.0]])",
            "test-statistics": STANDARDIZE + "\nprint(standardize(tiny[0], tiny[1][:1]))",
            "integer-truncation": (
                "tiny = np.array([[1, 10], [3, 50]]), np.array([[1, 10], [4, 20]])\n"
                "print(standardize(*tiny))\nprint(standardize(*(1.0 * part for part in tiny)))"
            ),
            "variance-for-deviation": STANDARDIZE
            + "\nprint(standardize(*tiny), standardize(*(100 * part for part in tiny)))",
        },
        hints={
            "numerically-unstable": CONSTANT_FEATURE,
            "clipped": CONSTANT_FEATURE,
            "one-example-only": ONE_ROW,
            **dict.fromkeys(("missing-mean", "double-mean", "mean-over-wrong-count"), MEAN_OF_SQUARES),
            "wrong-axis": Hint(
                experiment=(
                    "Give it a feature in metres and one in kilometres: should a number of the one "
                    "take part in the mean of the other?"
                ),
            ),
        },
        arguments=("X_train", "X"),
        cases=_standardize_cases,
        reference=_standardize_reference,
        solve=standardize,
        steps={"center": center, "spread": spread, "constant": constant},
        slips=STANDARDIZE_SLIPS,
        parts=("X",),
        axes={"X": ("example", "feature")},
        invariants=(Invariant("The training set itself does not come out standardised.", _is_standard),),
    ),
    Exercise(
        name="leaky_relu",
        points=1,
        asks="the leaky rectified linear unit",
        reread="7.1 ReLU and leaky ReLU",
        sections=SECTIONS,
        examples=_z_examples("leaky_relu"),
        hints={
            "one-example-only": ONE_ROW,
            "wrong-sign": Hint(
                advice=(
                    "The function never falls: a larger z makes a larger activation, on both sides of 0. "
                    "Which of your two branches breaks that?"
                ),
                experiment="Call it with -2, -1 and 0, and go from left to right: do the activations rise?",
            ),
        },
        arguments=("Z", "slope"),
        cases=_z_cases,
        reference=_leaky_reference,
        solve=leaky_relu,
        slips=LEAKY_SLIPS,
        parts=("A",),
        axes={"A": ("example", "unit")},
        invariants=(Invariant("A larger z does not always give a larger activation.", _grows("A")),),
    ),
    Exercise(
        name="leaky_relu_gradient",
        points=1,
        asks="the derivative of the leaky rectified linear unit",
        reread="7.1 ReLU and leaky ReLU",
        sections=SECTIONS,
        examples=_z_examples("leaky_relu_gradient"),
        hints={
            "one-example-only": ONE_ROW,
            "missing-activation-derivative": Hint(
                experiment=(
                    "Compare the slope far to the left with the slope far to the right: are both as steep?"
                ),
            ),
            "wrong-sign": Hint(
                advice=(
                    "The function never falls, so no slope of it is negative. Which of your two branches "
                    "breaks that?"
                ),
                experiment="Before you call it with -2 and 2, say of each place whether the function rises.",
            ),
        },
        arguments=("Z", "slope"),
        cases=_z_cases,
        reference=_leaky_gradient_reference,
        solve=leaky_relu_gradient,
        slips=LEAKY_GRADIENT_SLIPS,
        parts=("derivative",),
        axes={"derivative": ("example", "unit")},
        invariants=(
            of(
                "derivative",
                lambda slope: np.all(slope >= 0),
                "Some slopes are negative, but the function never falls.",
            ),
        ),
    ),
)

LESSON = Lesson(
    name="05_matching_keras",
    title="Matching Keras",
    builds=(
        "weights that equal a Keras `fit` to the last digits, with SGD and Adam; standardised inputs, "
        "leaky ReLU, and a clinic for a network that almost works"
    ),
    minutes="90–120",
    exercises=in_order(*EXERCISES),
)
