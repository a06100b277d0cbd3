"""Lesson 1: logistic regression in three steps, the model, the loss and its mean, gradient descent.

The model is Cox's ("The regression analysis of binary sequences", 1958). The cost from logits is as
TensorFlow documents it for `tf.nn.sigmoid_cross_entropy_with_logits`.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from grader.lessons.error_signals import carried_back
from grader.lessons.exercise import Case, Exercise, Invariant, Lesson, Slip, in_order
from grader.lessons.invariants import between_0_and_1, not_negative, slopes
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def scores(X, w, b):
    return X @ w + b


def predict(X, w, b, **steps):
    return steps["activation"](steps["scores"](X, w, b))


def logarithms(f):
    """What a loss is made of: log f and log(1 - f), for predictions that are not saturated."""
    return np.log(f), np.log(1 - f)


def logarithms_of_scores(z):
    """The same two from the scores: never more than rounding away from the truth."""
    return -np.logaddexp(0, -z), -np.logaddexp(0, z)


def losses(of_nine, of_four, y):
    """The loss of each example from the logarithms of the probabilities of the two labels."""
    return -y * of_nine - (1 - y) * of_four


def loss(f, y, **steps):
    return steps["losses"](*steps["logarithms"](f), y)


def cost(X, y, w, b, **steps):
    """`cost_scores` are the scores that the cost is computed from: `gradient_descent` has others besides."""
    z = steps["cost_scores"](X, w, b)
    return steps["average"](steps["losses"](*steps["logarithms"](z), y))


def errors(f, y):
    """The derivative of each example's own loss with respect to its score."""
    return f - y


def weight_gradient(X, error):
    return X.T @ error / len(error)


def bias_gradient(X, error):
    return error.sum() / len(error)


def gradient(X, y, w, b, **steps):
    error = steps["errors"](predict(X, w, b, **steps), y)
    return steps["weight_gradient"](X, error), steps["bias_gradient"](X, error)


def update(slope, w, b, learning_rate):
    """One step of descent, where `slope(w, b)` is the gradient."""
    dw, db = slope(w, b)
    return w - learning_rate * dw, b - learning_rate * db


def note(height, before, after):
    """What an iteration writes down: the cost after it, where `height(w, b)` is the cost."""
    return height(*after)


def gradient_descent(X, y, w, b, learning_rate, iterations, **steps):
    def slope(w, b):
        return gradient(X, y, w, b, **steps)

    def height(w, b):
        return cost(X, y, w, b, **steps)

    place, history = (w, b), []
    for _ in range(iterations):
        before, place = place, steps["update"](slope, *place, learning_rate)
        history.append(float(steps["note"](height, before, place)))
    return *place, history


# --- Slips: small wrong steps -----------------------------------------------------------------------


def _slips(step: str, *wrong: tuple) -> tuple[Slip, ...]:
    """Slips in one step, each a name and what happens instead of it."""
    return tuple(Slip(name, {step: instead}) for name, instead in wrong)


def _softmax(z):
    exponentials = np.exp(z - np.max(z))
    return exponentials / exponentials.sum()


def _of_each_example(step: str) -> tuple[Slip, ...]:
    """Slips where one number for each example is asked for."""

    def instead(name, change):
        return name, lambda right, *arguments, **steps: change(right(*arguments, **steps))

    rows = (0, -1, slice(0, 1), slice(-1, None))
    return _slips(
        step,
        instead("needless-mean", np.mean),
        instead("wrong-axis", np.sum),
        *(instead("one-example-only", lambda each, row=row: each[row]) for row in rows),
        *(
            instead("one-example-only", lambda each, row=row: np.full_like(each, each[row]))
            for row in (0, -1)
        ),
    )


OTHER_ACTIVATIONS = (
    np.tanh,
    lambda z: np.maximum(z, 0.0),
    lambda z: sigmoid(-np.asarray(z)),
    lambda z: (np.asarray(z) >= 0) * 1.0,
    lambda z: np.sign(z) * 1.0,
    lambda z: np.log1p(np.exp(z)),
    lambda z: sigmoid(2.0 * np.asarray(z)),
    _softmax,
)
SMALL = tuple(10.0**-k for k in range(1, 16))

ACTIVATION_SLIPS = _slips(
    "activation",
    ("activation-skipped", lambda right, z: np.asarray(z) * 1.0),
    ("activation-twice", lambda right, z: right(right(z))),
    *(("wrong-activation", lambda right, z, other=other: other(z)) for other in OTHER_ACTIVATIONS),
)
CLIPPED_PREDICTIONS = _slips(
    "activation",
    *(("clipped", lambda right, z, e=e: np.clip(right(z), e, 1 - e)) for e in SMALL[:8]),
)


def _score_slips(step: str) -> tuple[Slip, ...]:
    """Slips in the scores."""
    return _slips(
        step,
        ("bias-skipped", lambda right, X, w, b: right(X, w, 0)),
        ("wrong-axis", lambda right, X, w, b: right(X.T, w, b)),
        ("wrong-axis", lambda right, X, w, b: (X * w).sum(axis=0) + b),
        ("wrong-axis", lambda right, X, w, b: (X * w).sum() + b),
    )


LOSS_SLIPS = _slips(
    "losses",
    ("positive-term-only", lambda right, nine, four, y: -y * nine),
    ("labels-swapped", lambda right, nine, four, y: right(four, nine, y)),
    ("wrong-sign", lambda right, nine, four, y: -right(nine, four, y)),
    ("wrong-sign", lambda right, nine, four, y: -y * nine + (1 - y) * four),
    ("wrong-sign", lambda right, nine, four, y: y * nine - (1 - y) * four),
    ("integer-truncation", lambda right, nine, four, y: right(nine, four, y).astype(y.dtype)),
    *(
        ("wrong-log-base", lambda right, nine, four, y, base=base: right(nine, four, y) / np.log(base))
        for base in (2, 10)
    ),
)
# The part of the loss from scores that does not depend on the label, log(1 + e^z), and no more.
LABEL_LEFT_OUT = _slips("losses", ("missing-one-hot", lambda right, nine, four, y: -four))


def _clipped_logarithms(e):
    """Three ways to keep the logarithms of predictions finite with a small number."""
    return (
        lambda f: logarithms(np.clip(f, e, 1 - e)),
        lambda f: (np.log(f + e), np.log(1 - f + e)),
        lambda f: (np.log(f + e), np.log(1 + e - f)),
    )


PREDICTION_LOGARITHM_SLIPS = _slips(
    "logarithms",
    ("activation-twice", lambda right, f: right(sigmoid(f))),
    *(
        ("clipped", lambda right, f, logs=logs: logs(f))
        for number in SMALL[:12]
        for logs in _clipped_logarithms(number)
    ),
)


def _of_predictions(logs, activation=sigmoid):
    """What a cost is made of where it goes by way of the predictions."""
    return lambda right, z: logs(activation(z))


UNSTABLE = Slip("numerically-unstable", {"logarithms": _of_predictions(logarithms)})
ACTIVATED_TWICE = Slip("activation-twice", {"logarithms": lambda right, z: right(sigmoid(z))})


def _clipped_costs(numbers) -> tuple[Slip, ...]:
    changed = [_of_predictions(logs) for number in numbers for logs in _clipped_logarithms(number)]
    return _slips("logarithms", *(("clipped", instead) for instead in changed))


UNACTIVATED_LOGARITHM_SLIPS = _slips(
    "logarithms",
    ("activation-skipped", lambda right, z: logarithms(z)),
    ("wrong-activation", _of_predictions(logarithms, np.tanh)),
)

AVERAGE_SLIPS = _slips(
    "average",
    ("one-example-only", lambda right, each: each[0]),
    ("one-example-only", lambda right, each: each[-1]),
    ("one-example-only", lambda right, each: each[0] / len(each)),
    ("one-example-only", lambda right, each: each[-1] / len(each)),
)


def _long_way(slope_of_activation):
    """The derivative of the loss with respect to the prediction, times what stands for its own slope."""
    return lambda right, f, y: right(f, y) / (f * (1 - f)) * slope_of_activation(f)


def _with_small_number(e):
    return lambda right, f, y: ((1 - y) / (1 - f + e) - y / (f + e)) * f * (1 - f)


ERROR_SLIPS = _slips(
    "errors",
    ("extra-activation-derivative", lambda right, f, y: right(f, y) * f * (1 - f)),
    ("stops-at-activation", _long_way(np.ones_like)),
    ("half-activation-derivative", _long_way(lambda f: f)),
    ("half-activation-derivative", _long_way(lambda f: 1 - f)),
    ("derivative-of-activation", _long_way(lambda f: sigmoid(f) * (1 - sigmoid(f)))),
    ("wrong-activation-derivative", _long_way(lambda f: 1 - f**2)),
    ("missing-one-hot", lambda right, f, y: f),
    ("labels-swapped", lambda right, f, y: right(f, 1 - y)),
    ("positive-term-only", lambda right, f, y: y * (f - 1)),
    ("integer-truncation", lambda right, f, y: right(f, y).astype(y.dtype)),
)


def _clipped_errors(numbers) -> tuple[Slip, ...]:
    changed = [lambda right, f, y, e=e: right(np.clip(f, e, 1 - e), y) for e in numbers]
    changed += [_with_small_number(e) for e in numbers]
    return _slips("errors", *(("clipped", instead) for instead in changed))


def _one_row(step: str, row: int, divide: bool) -> tuple[str, object]:
    """The first or last example's own contribution to a part of the gradient."""

    def instead(right, X, error):
        row_alone = slice(row, row + 1 or None)
        part = right(X[row_alone], error[row_alone])
        return part / len(error) if divide else part

    name = "bias-gradient-not-summed" if step == "bias_gradient" else "one-example-only"
    return name, instead


def _scaled(name: str, factor) -> tuple[str, object]:
    """A part of the gradient times `factor(X)`."""
    return name, lambda right, X, error: right(X, error) * factor(X)


PART_SLIPS = (
    _scaled("missing-mean", lambda X: len(X)),
    _scaled("double-mean", lambda X: 1 / len(X)),
    _scaled("mean-over-wrong-count", lambda X: len(X) / X.shape[1]),
    _scaled("mean-over-wrong-count", lambda X: 1 / X.shape[1]),
    _scaled("wrong-sign", lambda X: -1),
    _scaled("factor-two", lambda X: 2),
    _scaled("factor-two", lambda X: 0.5),
)
WEIGHT_GRADIENT_SLIPS = _slips(
    "weight_gradient",
    *PART_SLIPS,
    *(_one_row("weight_gradient", row, divide) for row, divide in product((0, -1), (False, True))),
    ("wrong-axis", lambda right, X, error: X @ error / len(error)),
    ("wrong-axis", lambda right, X, error: (X * error[:, None]).sum(axis=1) / len(error)),
    ("wrong-axis", lambda right, X, error: (X * error[:, None]).sum() / len(error)),
    ("wrong-axis", lambda right, X, error: (X * error[:, None]).mean(axis=1)),
    ("wrong-axis", lambda right, X, error: (X * error[:, None]).mean()),
)
BIAS_GRADIENT_SLIPS = _slips(
    "bias_gradient",
    *PART_SLIPS,
    *(_one_row("bias_gradient", row, divide) for row, divide in product((0, -1), (False, True))),
    ("bias-gradient-not-summed", lambda right, X, error: error),
    ("bias-gradient-not-summed", lambda right, X, error: error / len(error)),
    ("bias-gradient-missing", lambda right, X, error: 0.0),
    ("not-a-scalar", lambda right, X, error: np.reshape(right(X, error), 1)),
)
BOTH = ("weight_gradient", "bias_gradient")
ONE_EXAMPLE_SLIPS = tuple(
    Slip("one-example-only", {step: _one_row(step, row, divide)[1] for step in BOTH})
    for row, divide in product((0, -1), (False, True))
)
SCALED_SLIPS = tuple(Slip(name, dict.fromkeys(BOTH, instead)) for name, instead in PART_SLIPS)

GRADIENT_SLIPS = (
    *_score_slips("scores"),
    *ACTIVATION_SLIPS,
    *ERROR_SLIPS,
    *WEIGHT_GRADIENT_SLIPS,
    *BIAS_GRADIENT_SLIPS,
    *SCALED_SLIPS,
    *ONE_EXAMPLE_SLIPS,
)


def _weights_first(right, slope, w, b, learning_rate):
    w = w - learning_rate * slope(w, b)[0]
    return w, b - learning_rate * slope(w, b)[1]


def _bias_first(right, slope, w, b, learning_rate):
    b = b - learning_rate * slope(w, b)[1]
    return w - learning_rate * slope(w, b)[0], b


def _cost_before(right, height, before, after):
    return height(*before)


DESCENT_SLIPS = (
    *_slips("update", ("sequential-update", _weights_first), ("sequential-update", _bias_first)),
    *_slips("note", ("history-before-update", _cost_before)),
    *_score_slips("cost_scores")[:1],
    Slip("bias-skipped", {name: _score_slips(name)[0].steps[name] for name in ("scores", "cost_scores")}),
    *_slips("average", ("missing-mean", lambda right, each: each.sum())),
    *_slips("average", ("double-mean", lambda right, each: right(each) / len(each))),
)


# --- Cases ------------------------------------------------------------------------------------------


def _signs(rng, shape):
    return rng.choice([-1.0, 1.0], size=shape)


def _integers(rng, shape):
    """Small integers other than 0, of dtype int64."""
    return rng.integers(1, 3, size=shape) * rng.choice([-1, 1], size=shape)


def _labels(rng, m, kind):
    """Labels `(m,)`, each class at least once if there is more than one example; or soft ones."""
    labels = rng.integers(2, size=m)
    labels[: min(m, 2)] = [0, 1][:m] if rng.integers(2) else [1, 0][:m]
    labels = rng.permutation(labels)
    if kind == "soft":
        return np.where(rng.random(m) < 0.7, rng.uniform(0.05, 0.95, size=m), labels)
    return labels.astype(kind)


def _case(label, X, y, w, b, tags=()) -> Case:
    counts = {"m": len(X), "features": X.shape[1], "entries": X.size}
    return Case(label, (X, y, w, b), frozenset(tags), counts)


BATCHES = (
    # label, m, n, labels, tags
    ("a batch with the lesson's two features", 20, 2, np.int64, {"lesson"}),
    ("a batch of 64 features", 9, 64, np.float64, set()),
    ("7 examples of 4 features", 7, 4, np.float64, set()),
    ("as many features as examples", 4, 4, np.int64, {"square"}),
    ("integer features, weights and bias", 6, 3, np.int64, {"integer"}),
    ("soft labels", 8, 3, "soft", set()),
    ("a single example", 1, 5, np.float64, {"one example"}),
    ("a single feature", 11, 1, np.int64, {"one feature"}),
    ("one example with one feature", 1, 1, "soft", {"one example", "one feature"}),
)


def _batches(rng) -> list[Case]:
    """Arguments `(X, y, w, b)`, nowhere saturated."""
    cases = []
    for label, m, n, labels, tags in BATCHES:
        y = _labels(rng, m, labels)
        if "integer" in tags:
            X, w, b = _integers(rng, (m, n)), _integers(rng, n), int(_integers(rng, ()))
        else:
            X, w = rng.normal(size=(m, n)), rng.normal(scale=1.5 / np.sqrt(n), size=n)
            b = float(rng.uniform(0.4, 1.2) * _signs(rng, ()))
        cases.append(_case(label, X, y, w, b, tags))
    return cases


def _with_scores(rng, label, z, y, n, tags=("saturated",)) -> Case:
    """A batch whose scores are `z`: each example is moved along the weights until its score is right."""
    X, w = rng.normal(size=(len(z), n)), rng.uniform(0.5, 1.5, size=n) * _signs(rng, n)
    b = float(rng.uniform(0.4, 1.2) * _signs(rng, ()))
    X += np.outer(z - X @ w - b, w / (w @ w))
    return _case(label, X, y, w, b, tags)


def _saturated_weights(rng, label, m, n, largest) -> Case:
    """A batch whose weights and bias are so large that the largest score is `largest`."""
    X, w, b = rng.normal(size=(m, n)), rng.normal(size=n), float(rng.uniform(0.4, 1.2))
    factor = largest / np.abs(X @ w + b).max()
    return _case(label, X, _labels(rng, m, np.float64), factor * w, float(factor * b), {"saturated"})


def _far_from_zero(rng, m, low, high):
    """Scores whose absolute values lie between `low` and `high`, small ones as likely as large ones."""
    return np.exp(rng.uniform(np.log(low), np.log(high), size=m)) * _signs(rng, m)


def _certain_and_right(rng, m, n, low, high, label) -> Case:
    z = _far_from_zero(rng, m, low, high)
    return _with_scores(rng, label, z, (z > 0).astype(float), n)


def _model_cases(rng) -> list[Case]:
    """Arguments `(X, y, w, b)` where a formula by way of the prediction still works."""
    return [
        *_batches(rng),
        _saturated_weights(rng, "saturated predictions", 8, 5, 30.0),
        _certain_and_right(rng, 6, 3, 18, 24, "predictions that are certain and right"),
    ]


def _predict_cases(rng) -> list[Case]:
    """Arguments `(X, w, b)`; not all of a case's predictions are certain, so that every feature is seen."""
    cases = [*_batches(rng), _saturated_weights(rng, "saturated predictions", 8, 5, 30.0)]
    return [Case(c.label, (c.arguments[0], *c.arguments[2:]), c.tags, c.counts) for c in cases]


def _cost_cases(rng) -> list[Case]:
    """Scores up to 1e4; none between those that the sigmoid tells from 0 and 1 and those it can't."""
    far = _far_from_zero(rng, 8, 40, 1e4)
    far[:2] = 1e4 * _signs(rng, 2)
    wrong = (far < 0).astype(np.int64)
    wrong[-3:] = 1 - wrong[-3:]  # some are right
    alone = _far_from_zero(rng, 1, 800, 1e4)
    soft = _far_from_zero(rng, 6, 40, 1e4)
    low = rng.uniform(0.1, 0.9, size=6)
    close = _far_from_zero(rng, 5, 40, 1e4)
    close[0] = rng.uniform(0.5, 1.5)
    almost = (close > 0).astype(float)
    almost[0] = 0.0
    return [
        *_batches(rng),
        _with_scores(rng, "scores between 0 and 1", low, _labels(rng, 6, np.int64), 5, ()),
        _with_scores(rng, "scores of up to 10,000, some of them wrong", far, wrong, 3),
        _with_scores(rng, "soft labels and far scores", soft, _labels(rng, 6, "soft"), 4),
        _with_scores(rng, "a single example, certain and wrong", alone, (alone < 0).astype(float), 3),
        _certain_and_right(rng, 7, 3, 18, 24, "predictions that are certain and right"),
        _with_scores(rng, "predictions that round to the label, but for one", close, almost, 4),
    ]


def _loss_cases(rng) -> list[Case]:
    """Arguments `(f, y)`."""
    far = np.concatenate([[30.0, -30.0], _far_from_zero(rng, 6, 12, 30)])
    wrong = np.concatenate([[0, 1], rng.integers(2, size=6)]).astype(float)

    def case(label, m, kind, tags=()):
        z = rng.normal(scale=1.5, size=m)
        return Case(label, (sigmoid(z), _labels(rng, m, kind)), frozenset(tags), {"m": m})

    return [
        case("a batch of twelve", 12, np.int64, {"lesson"}),
        case("labels of type float64", 7, np.float64),
        case("soft labels", 9, "soft"),
        case("two examples", 2, np.int64),
        case("a single example", 1, np.float64, {"one example"}),
        case("a single soft label", 1, "soft", {"one example"}),
        Case("predictions near 0 and 1", (sigmoid(far), wrong), frozenset({"saturated"}), {"m": 8}),
    ]


def _sigmoid_cases(rng) -> list[Case]:
    def case(label, z, tags=()):
        return Case(label, (z,), frozenset(tags))

    def reals(*shape):
        return rng.normal(scale=2.5, size=shape)

    whole = np.array([0, 1, -1, 2, -3, 4, -2])
    return [
        case("a vector of scores", reals(12), {"lesson"}),
        case("a matrix", reals(3, 5)),
        case("a square matrix", reals(4, 4), {"square"}),
        case("three axes", reals(2, 3, 2)),
        case("a vector of one score", reals(1)),
        case("a Python float", float(reals()), {"scalar"}),
        case("a 0-d array", np.array(reals()), {"scalar"}),
        case("a Python int", int(rng.integers(1, 4) * rng.choice([-1, 1])), {"integer", "scalar"}),
        case("a vector of integers", rng.permutation(whole), {"integer"}),
        case("a matrix of integers", rng.integers(-3, 4, size=(2, 4)), {"integer"}),
        case("scores between -10,000 and 10,000", _both_ends(rng, 9, 1e4), {"saturated"}),
        case("scores between -30 and 30", _both_ends(rng, 8, 30.0), {"saturated"}),
        case("a score of -10,000", -1e4, {"saturated", "scalar"}),
        case(
            "integer scores of 10,000", np.array([[10_000, -10_000], [-800, 800]]), {"saturated", "integer"}
        ),
    ]


def _both_ends(rng, m, largest):
    return rng.permutation(np.concatenate([[largest, -largest, 0.0], _far_from_zero(rng, m - 3, 1, largest)]))


WALKS = {
    # label of a batch: learning rate, iterations
    "a batch with the lesson's two features": (0.5, 10),
    "a batch of 64 features": (0.3, 3),
    "7 examples of 4 features": (1.3, 6),
    "as many features as examples": (0.7, 5),
    "integer features, weights and bias": (0.25, 4),
    "soft labels": (0.9, 1),
    "a single example": (0.4, 3),
    "a single feature": (2.0, 7),
    "one example with one feature": (0.6, 2),
    "predictions that are certain and right": (0.1, 2),
}


def _descent_cases(rng) -> list[Case]:
    """Arguments `(X, y, w, b, learning_rate, iterations)`."""
    cases = []
    certain = _certain_and_right(rng, 6, 3, 20, 24, "predictions that are certain and right")
    for case in (*_batches(rng), certain):
        learning_rate, iterations = WALKS[case.label]
        label = f"{case.label}, {iterations} iteration{'s' if iterations > 1 else ''}"
        arguments = (*case.arguments, learning_rate, iterations)
        cases.append(Case(label, arguments, case.tags, case.counts))
    whole = rng.integers(1, 3, size=3), int(rng.integers(1, 3))
    X, y = rng.normal(size=(5, 3)), _labels(rng, 5, np.float64)
    start = _case("whole numbers to start from, 1 iteration", X, y, *whole, {"integer"})
    return [*cases, Case(start.label, (*start.arguments, 0.8, 1), start.tags, start.counts)]


# --- References: TensorFlow in float64 --------------------------------------------------------------


def _tensors(tf, *values):
    return [tf.constant(np.asarray(value, dtype=np.float64)) for value in values]


def _cost_tensor(tf, X, y, w, b):
    """The cost by TensorFlow's own cross-entropy from logits."""
    logits = tf.linalg.matvec(X, w) + b
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits))


def _gradient_tensors(tf, X, y, w, b):
    with tf.GradientTape() as tape:
        tape.watch([w, b])
        J = _cost_tensor(tf, X, y, w, b)
    return tape.gradient(J, [w, b])


def _sigmoid_reference(case: Case):
    tf = import_tensorflow()
    return tf.sigmoid(*_tensors(tf, *case.arguments)).numpy()


def _predict_reference(case: Case):
    tf = import_tensorflow()
    X, w, b = _tensors(tf, *case.arguments)
    return tf.sigmoid(tf.linalg.matvec(X, w) + b).numpy()


def _loss_reference(case: Case):
    """TensorFlow's cross-entropy from logits, of the logits that have these predictions."""
    tf = import_tensorflow()
    f, y = _tensors(tf, *case.arguments)
    logits = tf.math.log(f) - tf.math.log1p(-f)
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits).numpy()


def _cost_reference(case: Case):
    tf = import_tensorflow()
    return _cost_tensor(tf, *_tensors(tf, *case.arguments)).numpy()


def _gradient_reference(case: Case):
    tf = import_tensorflow()
    return tuple(part.numpy() for part in _gradient_tensors(tf, *_tensors(tf, *case.arguments)))


def _descent_reference(case: Case):
    tf = import_tensorflow()
    *batch, learning_rate, iterations = case.arguments
    X, y, w, b = _tensors(tf, *batch)
    history = []
    for _ in range(iterations):
        dw, db = _gradient_tensors(tf, X, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(float(_cost_tensor(tf, X, y, w, b)))
    return w.numpy(), b.numpy(), history


# --- What to read again, and small arguments to experiment with -------------------------------------

SECTIONS = {
    # name: the section that explains it, where that is another than the exercise's own
    "missing-mean": "3.2 The cost, and where $1/m$ lives",
    "double-mean": "3.2 The cost, and where $1/m$ lives",
    "mean-over-wrong-count": "3.2 The cost, and where $1/m$ lives",
    "needless-mean": "3.2 The cost, and where $1/m$ lives",
    "activation-skipped": "2.1 From a score to a probability",
    "activation-twice": "2.1 From a score to a probability",
    "wrong-activation": "2.1 From a score to a probability",
    "bias-skipped": "2.1 From a score to a probability",
    "positive-term-only": "3.1 What a loss measures",
    "labels-swapped": "3.1 What a loss measures",
    "wrong-log-base": "3.1 What a loss measures",
    "clipped": "3.4 When predictions saturate",
    "numerically-unstable": "3.4 When predictions saturate",
    "extra-activation-derivative": "4.1 One example: where do the sigmoid and the logarithms go?",
    "half-activation-derivative": "4.1 One example: where do the sigmoid and the logarithms go?",
    "derivative-of-activation": "4.1 One example: where do the sigmoid and the logarithms go?",
    "wrong-activation-derivative": "4.1 One example: where do the sigmoid and the logarithms go?",
    "stops-at-activation": "4.1 One example: where do the sigmoid and the logarithms go?",
    "missing-one-hot": "4.1 One example: where do the sigmoid and the logarithms go?",
    "bias-gradient-not-summed": "4.2 All examples: the gradient of the cost",
    "bias-gradient-missing": "4.2 All examples: the gradient of the cost",
}

TINY = (
    "tiny_X, tiny_y = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]]), np.array([1, 0, 1])\n"
    "tiny = tiny_X, tiny_y, np.array([0.5, -1.0]), 0.25"
)
TINY_TWICE = "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], 2), *tiny[2:]"
TINY_FAR = "tiny_far = np.array([[30.0, 0.0], [0.0, 30.0]]), np.array([1, 0]), np.array([1.0, 1.0]), 0.0"


# --- The lesson -------------------------------------------------------------------------------------


def _carried_gradient(case: Case, own) -> dict:
    """The model is a network of one unit: the weights' gradient follows from the error behind the bias's."""
    X, y, w, b = case.arguments
    error = errors(sigmoid(scores(X, w, b)), y) / len(X)
    unit = {"W1": w[:, np.newaxis], "b1": np.array([b])}
    if not {"dw", "db"} <= own.keys():
        return {}
    shaped = {"dW1": own["dw"][:, np.newaxis], "db1": own["db"][np.newaxis]}
    found = carried_back(unit, {"A0": X}, error[:, np.newaxis], shaped)
    return {"dw": found["dW1"][:, 0], "db": found["db1"][0]}


def _carried_cost(case: Case, own) -> dict:
    """The last entry of the history is the cost of what is returned."""
    X, y, *_, iterations = case.arguments
    if not {"w", "b"} <= own.keys():
        return {}
    last = cost(X, y, own["w"], own["b"], **COST_STEPS)
    return {"history": [np.nan] * (iterations - 1) + [last]}


def _cost_of(case: Case, arrays) -> float:
    X, y, *_ = case.arguments
    return cost(X, y, arrays["dw"], arrays["db"], **COST_STEPS)


def _ends_at_its_cost(case: Case, parts) -> bool:
    history, last = parts["history"], _carried_cost(case, parts)["history"][-1]
    return abs(history[-1] - last) <= 1e-9 * abs(last) + 1e-12


def _in_order(case: Case, parts) -> bool:
    z, a = np.ravel(case.arguments[0]), np.ravel(parts["a"])
    return bool(np.all(np.diff(a[np.argsort(z)]) >= -1e-12))


MODEL_STEPS = {"scores": scores, "activation": sigmoid}
COST_STEPS = {
    "cost_scores": scores,
    "logarithms": logarithms_of_scores,
    "losses": losses,
    "average": np.mean,
}
GRADIENT_STEPS = {
    **MODEL_STEPS,
    "errors": errors,
    "weight_gradient": weight_gradient,
    "bias_gradient": bias_gradient,
}
BATCH = ("X", "y", "w", "b")

EXERCISES = (
    Exercise(
        name="sigmoid",
        points=2,
        asks="the sigmoid of any score, without overflow",
        reread="2.1 From a score to a probability",
        sections={
            **SECTIONS,
            **dict.fromkeys(("clipped", "numerically-unstable"), "2.1 From a score to a probability"),
        },
        examples={
            "tiny": "tiny = (np.array([[-2.0, 0.0, 2.0]]),)",
            "tiny_far": "tiny_far = (np.array([-1000.0, -30.0, 30.0, 1000.0]),)",
        },
        arguments=("z",),
        cases=_sigmoid_cases,
        reference=_sigmoid_reference,
        solve=lambda z, activation: activation(z),
        steps={"activation": sigmoid},
        slips=(*ACTIVATION_SLIPS, *CLIPPED_PREDICTIONS),
        parts=("a",),
        stable=True,
        invariants=(
            between_0_and_1("a", "A probability lies between 0 and 1; some of these do not."),
            Invariant("A larger score does not always give a larger probability.", _in_order),
        ),
    ),
    Exercise(
        name="predict",
        points=1,
        asks="the prediction of every example of a batch",
        reread="2.2 All examples at once",
        sections=SECTIONS,
        examples={
            "tiny": ("tiny = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]]), np.array([0.5, -1.0]), 0.25"),
            "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), *tiny[1:]",
            "tiny_far": "tiny_far = np.array([[-30.0], [30.0]]), np.array([1.0]), 0.0",
        },
        arguments=("X", "w", "b"),
        cases=_predict_cases,
        reference=_predict_reference,
        solve=predict,
        steps=MODEL_STEPS,
        slips=(
            *_score_slips("scores"),
            *ACTIVATION_SLIPS,
            *CLIPPED_PREDICTIONS,
            *_of_each_example("answer"),
        ),
        parts=("f",),
        extra_mean="needless-mean",
        axes={"f": ("example",)},
        invariants=(between_0_and_1("f", "A probability lies between 0 and 1; some of these do not."),),
    ),
    Exercise(
        name="loss",
        points=2,
        asks="the loss of every example",
        reread="3.1 What a loss measures",
        sections=SECTIONS,
        examples={
            "tiny": "tiny = np.array([0.9, 0.2, 0.5]), np.array([1, 0, 1])",
            "tiny_twice": "tiny_twice = np.tile(tiny[0], 2), np.tile(tiny[1], 2)",
            "tiny_far": "tiny_far = np.array([1e-14, 1 - 1e-14]), np.array([1, 0])",
        },
        arguments=("f", "y"),
        cases=_loss_cases,
        reference=_loss_reference,
        solve=loss,
        steps={"logarithms": logarithms, "losses": losses},
        slips=(
            *LOSS_SLIPS,
            *PREDICTION_LOGARITHM_SLIPS,
            *_of_each_example("losses"),
        ),
        parts=("loss",),
        extra_mean="needless-mean",
        axes={"loss": ("example",)},
        invariants=(not_negative("loss", "Some losses are negative, which no loss is."),),
    ),
    Exercise(
        name="cost",
        points=3,
        asks="the mean loss of a batch, for any scores",
        reread="3.4 When predictions saturate",
        sections={
            **SECTIONS,
            **dict.fromkeys(("wrong-sign", "missing-one-hot"), "3.1 What a loss measures"),
            **dict.fromkeys(("one-example-only", "not-a-scalar"), "3.2 The cost, and where $1/m$ lives"),
            "wrong-axis": "2.2 All examples at once",
        },
        examples={
            "tiny": TINY,
            "tiny_twice": TINY_TWICE,
            "tiny_far": "tiny_far = np.array([[1.0], [1.0]]), np.array([0, 0]), np.array([1000.0]), 0.0",
        },
        arguments=BATCH,
        cases=_cost_cases,
        reference=_cost_reference,
        solve=cost,
        steps=COST_STEPS,
        slips=(
            *_score_slips("cost_scores"),
            *LOSS_SLIPS,
            *LABEL_LEFT_OUT,
            UNSTABLE,
            ACTIVATED_TWICE,
            *_clipped_costs(SMALL[2:]),
            *UNACTIVATED_LOGARITHM_SLIPS,
            *AVERAGE_SLIPS,
            *_slips(
                "average",
                ("not-a-scalar", lambda right, each: each),
                ("not-a-scalar", lambda right, each: each / len(each)),
            ),
        ),
        parts=("J",),
        stable=True,
        invariants=(not_negative("J"),),
    ),
    Exercise(
        name="gradient",
        points=4,
        asks="the gradient of the cost with respect to the weights and the bias",
        reread="4.2 All examples: the gradient of the cost",
        sections=SECTIONS,
        examples={
            "tiny": TINY,
            "tiny_twice": TINY_TWICE,
            "tiny_far": TINY_FAR,
        },
        arguments=BATCH,
        cases=_model_cases,
        reference=_gradient_reference,
        solve=gradient,
        steps=GRADIENT_STEPS,
        slips=(*GRADIENT_SLIPS, *_clipped_errors(SMALL[:9])),
        parts=("dw", "db"),
        carry_forward=_carried_gradient,
        made_in={"dw": ("weight_gradient",)},
        axes={"dw": ("feature",)},
        invariants=(slopes(_cost_of, lambda case: dict(zip(("dw", "db"), case.arguments[2:], strict=True))),),
    ),
    Exercise(
        name="gradient_descent",
        points=4,
        asks="several steps of gradient descent, and the cost after each",
        reread="4.4 Walk downhill",
        sections=SECTIONS,
        examples={
            "tiny": TINY + ", 0.1, 1",
            "tiny_twice": TINY_TWICE,
            "tiny_far": TINY_FAR + ", 0.001, 1",
            "history-before-update": TINY + ", 0.1, 1\n*tiny_place, tiny_history = gradient_descent(*tiny)\n"
            "print(tiny_history, cost(*tiny[:2], *tiny_place))",
        },
        arguments=(*BATCH, "learning_rate", "iterations"),
        cases=_descent_cases,
        reference=_descent_reference,
        solve=gradient_descent,
        steps={**GRADIENT_STEPS, **COST_STEPS, "update": update, "note": note},
        slips=(
            *DESCENT_SLIPS,
            *GRADIENT_SLIPS,
            *LOSS_SLIPS,
            *LABEL_LEFT_OUT,
            ACTIVATED_TWICE,
            *_clipped_costs(SMALL[4:8]),
            *AVERAGE_SLIPS,
        ),
        parts=("w", "b", "history"),
        carry_forward=_carried_cost,
        made_in={"history": (*COST_STEPS, "note")},
        axes={"w": ("feature",), "history": ("iteration",)},
        invariants=(
            not_negative("history", "Some entries are negative, which no cost is."),
            Invariant("The history does not end with the cost of what is returned.", _ends_at_its_cost),
        ),
    ),
)

LESSON = Lesson(
    name="01_logistic_regression",
    title="Logistic regression",
    builds=(
        "the three steps of all training, on handwritten 4s and 9s: a model, a cost that survives "
        "saturation, gradient descent; why the gradient is prediction minus label"
    ),
    minutes="90–120",
    exercises=in_order(*EXERCISES),
)
