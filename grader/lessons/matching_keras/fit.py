"""Exercise `fit`: mini-batch gradient descent that reports what `keras.Model.fit` reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from grader.lessons.backpropagation.backward import backward as backward_in_steps
from grader.lessons.backpropagation.hidden_delta import DERIVATIVE_SLIPS
from grader.lessons.backpropagation.recursion import NETWORK_STEPS
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.invariants import not_negative
from grader.lessons.matching_keras import sections
from grader.lessons.matching_keras.parameters import (
    PARAMETER_AXES,
    biases_unchanged,
    counted_from_output,
    layer_by_layer,
)
from grader.lessons.matching_keras.sgd_step import sgd_step
from grader.lessons.networks import LESSON_SIZES, random_network
from grader.lessons.right_answers import RAVEL, SAME_LIST, TO_LIST, TRANSPOSE, wrapped
from grader.lessons.tensors import cost_tensor, float64, tensors
from utils.network import backward, binary_cross_entropy, forward
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


@dataclass(frozen=True)
class Batch:
    """The examples of one step, `X` (k, n) and `Y` (k, 1), of `m` in all; k is at most `batch_size`."""

    X: np.ndarray
    Y: np.ndarray
    m: int
    batch_size: int


@dataclass(frozen=True)
class Costs:
    """The cost of `size` examples before and after an update, each computed when it is called for."""

    size: int
    before: Callable[[], float]
    after: Callable[[], float]


def fit(X, Y, params, learning_rate, epochs, batch_size, **steps):
    """Return the trained parameters of a sigmoid network and the loss of each epoch, a list of floats.

    `X` (m, n) and `Y` (m, 1) are taken in batches of `batch_size` in their order; the last may be smaller.
    `params` has arrays "W1" (n_in, n_out), "b1" (n_out,), ...
    """
    m, history = len(X), []
    for _ in range(epochs):
        start, batch_costs = params, []
        for rows in steps["batches"](m, batch_size):
            batch = Batch(X[rows], Y[rows], m, batch_size)
            old, params = params, steps["descend"](params, batch, learning_rate, steps["gradient"])
            batch_costs.append(_costs(steps["cost"], batch.X, batch.Y, old, params))
        history.append(steps["report"](batch_costs, _costs(steps["cost"], X, Y, start, params)))
    return params, history


def _costs(cost, X, Y, before, after) -> Costs:
    return Costs(len(X), before=partial(cost, X, Y, before), after=partial(cost, X, Y, after))


def batches(m, batch_size):
    """Return the slices of `m` rows, in their order."""
    return [slice(first, first + batch_size) for first in range(0, m, batch_size)]


def descend(params, batch, learning_rate, gradient):
    """Return the parameters after one step with a `Batch`, by `gradient(params, cache, Y)`."""
    _, cache = forward(batch.X, params)
    return sgd_step(params, gradient(params, cache, batch.Y), learning_rate)


def cost(X, Y, params):
    """Return the mean loss of the examples `X` (m, n) with labels `Y` (m, 1), a float."""
    return binary_cross_entropy(Y, forward(X, params)[0])


def report(batch_costs, epoch_costs):
    """Return the loss that Keras reports for an epoch: the batches' costs before each update, by size.

    `batch_costs` has the `Costs` of each batch, `epoch_costs` those of all examples over the whole epoch.
    """
    examples = sum(batch.size for batch in batch_costs)
    return sum(batch.size * batch.before() for batch in batch_costs) / examples


# --- Slips in the batches and in the history --------------------------------------------------------


def _full_batches(right, m, batch_size):
    return [rows for rows in right(m, batch_size) if rows.stop <= m]


def _full_batches_or_first(right, m, batch_size):
    return _full_batches(right, m, batch_size) or right(m, batch_size)[:1]


def _over_all_examples(right, batch_costs, epoch_costs):
    return sum(batch.size * batch.before() for batch in batch_costs) / epoch_costs.size


def _mean_or_nan(right, batch_costs, epoch_costs):
    return _mean([batch.before() for batch in batch_costs]) if batch_costs else np.nan


def _mean(values):
    return sum(values) / len(values)


def _after_each_step(right, batch_costs, epoch_costs):
    return right([replace(batch, before=batch.after) for batch in batch_costs], epoch_costs)


_DROPPED = (
    {"batches": _full_batches},
    {"batches": _full_batches, "report": _over_all_examples},
    {"batches": _full_batches, "report": _mean_or_nan},
    {"batches": _full_batches_or_first},
    {"batches": _full_batches_or_first, "report": _over_all_examples},
)

_UNWEIGHTED = (
    lambda right, batch_costs, epoch_costs: _mean([batch.before() for batch in batch_costs]),
    lambda right, batch_costs, epoch_costs: epoch_costs.after(),
    _after_each_step,
    lambda right, batch_costs, epoch_costs: _mean([batch.after() for batch in batch_costs]),
)


def _in_cost(loss):
    """A slip's step in the history alone: `loss(Y, A)` replaces the cross-entropy of every example."""

    def step(right, X, Y, params):
        A, _ = forward(X, params)
        return float(np.mean(loss(Y, A)))

    return {"cost": step}


def _cross_entropy(Y, A, log=np.log, small=0.0):
    return -Y * log(A + small) - (1 - Y) * log(1 - A + small)


def _labels_swapped(right, X, Y, *others, **steps):
    return right(X, 1 - Y, *others, **steps)


# --- Slips in the step ------------------------------------------------------------------------------


def _step_size(factor):
    """A slip's step in the descent: the learning rate times `factor(batch)`."""

    def step(right, params, batch, learning_rate, gradient):
        return right(params, batch, learning_rate * factor(batch), gradient)

    return {"descend": step}


def _one_example(rows):
    def step(right, params, batch, *others):
        return right(params, replace(batch, X=batch.X[rows], Y=batch.Y[rows]), *others)

    return {"descend": step}


def _kept_in_float32(right, *arguments):
    return {name: value.astype(np.float32) for name, value in right(*arguments).items()}


def _update_while_going_back(right, params, batch, learning_rate, gradient):
    """Each layer is updated before the error signal goes back through it."""
    depth, new = len(params) // 2, dict(params)
    A, cache = forward(batch.X, params)
    dZ = (A - batch.Y) / len(batch.Y)
    for layer in range(depth, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        new[f"W{layer}"] = params[f"W{layer}"] - learning_rate * A_prev.T @ dZ
        new[f"b{layer}"] = params[f"b{layer}"] - learning_rate * dZ.sum(axis=0)
        dZ = (dZ @ new[f"W{layer}"].T) * A_prev * (1 - A_prev)
    return new


def _bias_gradients_averaged_again(right, params, cache, Y):
    grads = right(params, cache, Y)
    return {name: value / len(Y) if name[1] == "b" else value for name, value in grads.items()}


def _in_gradient(slip: Slip) -> Slip:
    """A slip in the steps of lesson 3's `backward`, made with every batch."""
    steps = {name: partial(wrong, NETWORK_STEPS[name]) for name, wrong in slip.steps.items()}
    steps = {**NETWORK_STEPS, **steps}
    return replace(slip, steps={"gradient": lambda right, *arguments: backward_in_steps(*arguments, **steps)})


# --- All slips, with their hints --------------------------------------------------------------------

_TINY = (
    "tiny_rows, tiny_labels = np.array([[1.0, 0.5], [0.2, -2.0], [3.0, 1.0]]), np.array([[1], [0], [1]])\n"
    "tiny = tiny_rows, tiny_labels, initialize([2, 2, 1], seed=0), 1.0, 1, 2"
)
_TINY_FAR = (
    'tiny_net = {"W1": np.array([[1.0]]), "b1": np.array([28.0])}\n'
    "tiny_far = np.array([[2.0]]), np.array([[0]]), tiny_net, 1.0, 1, 1"
)
_INTEGERS_AND_FLOATS = (
    'tiny_params = {"W1": np.array([[1], [-2]]), "b1": np.array([1])}\n'
    "tiny_floats = {name: 1.0 * value for name, value in tiny_params.items()}\n"
    "tiny = np.array([[1, 2], [3, -1]]), np.array([[1], [0]])\n"
    "print(fit(*tiny, tiny_params, 0.5, 1, 2))\n"
    "print(fit(*(1.0 * part for part in tiny), tiny_floats, 0.5, 1, 2))"
)
_ROWS_CHANGED = (
    f"{_TINY}\nprint(fit(*tiny[:5], 3)[0]['b2'])\n"
    "tiny_rows[-1] = 9.0\nprint(fit(*tiny[:5], 3)[0]['b2'])\n"
    "tiny_rows[0] = -9.0\nprint(fit(*tiny[:5], 3)[0]['b2'])"
)
_FIVE_EPOCHS = (
    "tiny = np.array([[1.0]]), np.array([[1]]), initialize([1, 1], seed=0)\n"
    "tiny_params, tiny_history = fit(*tiny, 1.0, 5, 1)\n"
    "print(tiny_history, forward(tiny[0], tiny_params)[0])"
)

_LAST_ROW_CHANGED = Hint(
    code=f"{_TINY}\nprint(fit(*tiny)[0]['b2'])\ntiny_rows[-1] = 9.0\nprint(fit(*tiny)[0]['b2'])"
)
_WITHOUT_LEARNING = Hint(code=f"{_TINY}\nprint(fit(*tiny[:3], 0.0, 1, 2)[1], fit(*tiny)[1])")
_TWICE_THE_ROWS = Hint(
    code=f"{_TINY}\ntiny_twice = np.tile(tiny_rows, (2, 1)), np.tile(tiny_labels, (2, 1))\n"
    "print(fit(*tiny[:5], 3)[0])\n"
    "print(fit(*tiny_twice, *tiny[2:5], 6)[0])"
)
_SIZES_OF_BATCHES = Hint(
    experiment="Train on three rows with a batch size of 2: how many rows has each batch, and by how many do "
    "you divide?",
    code=f"{_TINY}\nprint(fit(*tiny))",
)
_ONE_EXAMPLE = Hint(
    experiment="Train on three rows in one batch, change the last one and train again, then the first: do "
    "the parameters take notice both times?",
    code=_ROWS_CHANGED,
)
_FLAT_UNITS = Hint(
    experiment="Let one hidden unit put out almost 1 and another almost 0, where the sigmoid is flat: should "
    "a step move the weights that lead into them?",
    code='tiny_net = {"W1": np.array([[20.0, -20.0]]), "b1": np.zeros(2)}\n'
    'tiny_net = {**tiny_net, "W2": np.ones((2, 1)), "b2": np.zeros(1)}\n'
    "tiny = np.array([[1.0]]), np.array([[0]]), tiny_net, 1.0, 1, 1\n"
    "print(fit(*tiny)[0]['W1'])",
)
_ONE_HALF = Hint(
    experiment="Start with all parameters at 0, so that the prediction is one half: its loss is the natural "
    "logarithm of 2, about 0.693. What does your history begin with?",
    code='tiny_net = {"W1": np.zeros((1, 1)), "b1": np.zeros(1)}\n'
    "print(fit(np.ones((1, 1)), np.ones((1, 1)), tiny_net, 1.0, 1, 1)[1])",
)
_SCORE_30 = Hint(
    advice="Clipping a prediction, or adding a small number to it, changes the cost. The "
    "`binary_cross_entropy` of the earlier lessons does neither.",
    experiment="Give an example with label 0 the score 30: how large should its loss be, and how large is it "
    "in your history?",
)

# Slips of the backward pass that are likely where a learner writes it anew.
_BACKWARD_SLIPS = (
    Slip("extra-activation-derivative", {"output_delta": lambda right, A, Y: right(A, Y) * A * (1 - A)}),
    Slip(
        "bias-gradient-not-summed",
        {"parameter_gradients": lambda right, A, dZ: (right(A, dZ)[0], dZ[0])},
        hint=Hint(
            experiment="Train on three rows in one batch, change the last one and train again, then the "
            "first: which of them have their say in the last bias?",
            code=_ROWS_CHANGED,
        ),
    ),
    *(
        slip.with_hint(_FLAT_UNITS)
        for slip in DERIVATIVE_SLIPS
        if slip.name
        in ("missing-activation-derivative", "half-activation-derivative", "wrong-activation-derivative")
    ),
)

SLIPS = (
    *(Slip("last-batch-dropped", steps, hint=_LAST_ROW_CHANGED) for steps in _DROPPED),
    *(Slip("unweighted-history", {"report": wrong}, hint=_WITHOUT_LEARNING) for wrong in _UNWEIGHTED),
    Slip("gradient-after-update", {"descend": _update_while_going_back}),
    Slip("missing-mean", _step_size(lambda batch: len(batch.X)), hint=_TWICE_THE_ROWS),
    Slip("double-mean", _step_size(lambda batch: 1 / len(batch.X)), hint=_TWICE_THE_ROWS),
    Slip("mean-over-wrong-count", _step_size(lambda batch: len(batch.X) / batch.m), hint=_SIZES_OF_BATCHES),
    Slip(
        "mean-over-wrong-count",
        _step_size(lambda batch: len(batch.X) / batch.batch_size),
        hint=_SIZES_OF_BATCHES,
    ),
    Slip(
        "wrong-sign",
        _step_size(lambda batch: -1),
        hint=Hint(
            experiment="Train for five epochs on a single example: from one to the next, should the history "
            "rise or fall?",
            code=_FIVE_EPOCHS,
        ),
    ),
    Slip("one-example-only", _one_example(slice(0, 1)), hint=_ONE_EXAMPLE),
    Slip("one-example-only", _one_example(slice(-1, None)), hint=_ONE_EXAMPLE),
    Slip("bias-gradient-missing", {"descend": biases_unchanged}),
    Slip("low-precision", {"descend": _kept_in_float32}),
    Slip("double-mean", {"gradient": _bias_gradients_averaged_again}, hint=_TWICE_THE_ROWS),
    *map(_in_gradient, _BACKWARD_SLIPS),
    Slip(
        "labels-swapped",
        {"answer": _labels_swapped},
        hint=Hint(
            experiment="Train for five epochs on a single example with label 1: should the history rise or "
            "fall, and which number should the prediction come to?",
            code=_FIVE_EPOCHS,
        ),
    ),
    Slip(
        "positive-term-only",
        _in_cost(lambda Y, A: -Y * np.log(A)),
        hint=Hint(
            experiment="Train on a single example whose label is 0 and whose prediction is all but 1: what "
            "does the history say of it?",
            code=f"{_TINY_FAR}\nprint(fit(*tiny_far)[1])",
        ),
    ),
    *(
        Slip("wrong-log-base", _in_cost(partial(_cross_entropy, log=log)), hint=_ONE_HALF)
        for log in (np.log2, np.log10)
    ),
    *(
        Slip("clipped", _in_cost(partial(_cross_entropy, small=small)), hint=_SCORE_30)
        for small in (1e-7, 1e-8)
    ),
)

# --- Cases ------------------------------------------------------------------------------------------

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


def _cases(rng) -> list[Case]:
    cases = []
    for label, sizes, m, batch_size, epochs, tags in TRAININGS:
        network = random_network(rng, label, sizes, m, tags)
        Y = rng.uniform(0.05, 0.95, size=(m, 1)) if "soft" in tags else network.Y
        rate = float(rng.uniform(0.4, 0.9))
        arguments = (network.X, Y, network.params, rate, epochs, batch_size)
        cases.append(Case(label, arguments, network.tags, network.counts, network.depth))
    return cases


# --- Reference: TensorFlow in float64 ---------------------------------------------------------------


def _reference(case: Case):
    """What `keras.Model.fit(shuffle=False)` does, by TensorFlow's tape; a test compares it with Keras."""
    tf = import_tensorflow()
    X, Y, params, learning_rate, epochs, batch_size = case.arguments
    params, rate, history = tensors(tf, params), float64(tf, learning_rate), []
    for _ in range(epochs):
        total = 0.0
        for first in range(0, len(X), batch_size):
            batch = X[first : first + batch_size], Y[first : first + batch_size]
            with tf.GradientTape() as tape:
                tape.watch(params)
                J = cost_tensor(tf, params, *batch)
            gradients = tape.gradient(J, params)
            params = {name: value - rate * gradients[name] for name, value in params.items()}
            total += len(batch[0]) * float(J)
        history.append(total / len(X))
    return {name: params[name].numpy() for name in layer_by_layer(params)}, history


# --- Error carried forward --------------------------------------------------------------------------


def _history_unknown(case: Case, own) -> dict:
    """The final parameters do not tell what the history should be: it was written on the way."""
    *_, epochs, _ = case.arguments
    return {"history": [np.nan] * epochs}


EXERCISE = Exercise(
    name="fit",
    points=4,
    asks="mini-batch gradient descent with the loss history of Keras",
    reread=sections.LOSS_OF_EPOCH,
    sections={
        **sections.SECTIONS,
        "missing-mean": sections.ONE_STEP,
        "double-mean": sections.ONE_STEP,
        "mean-over-wrong-count": sections.ONE_STEP,
        "wrong-sign": sections.ONE_STEP,
        "bias-gradient-missing": sections.ONE_STEP,
        "gradient-after-update": sections.ONE_STEP,
        "one-example-only": sections.ONE_STEP,
        "bias-gradient-not-summed": sections.LAYERS,
        "missing-activation-derivative": sections.LAYERS,
        "extra-activation-derivative": sections.LAYERS,
        "half-activation-derivative": sections.LAYERS,
        "wrong-activation-derivative": sections.LAYERS,
    },
    examples={"tiny": _TINY, "tiny_far": _TINY_FAR},
    hints={"integer-truncation": Hint(code=_INTEGERS_AND_FLOATS)},
    arguments=("X", "Y", "params", "learning_rate", "epochs", "batch_size"),
    cases=_cases,
    reference=_reference,
    solve=fit,
    steps={"batches": batches, "descend": descend, "gradient": backward, "cost": cost, "report": report},
    slips=SLIPS,
    parts=("params", "history"),
    alias=counted_from_output,
    carry_forward=_history_unknown,
    made_in={"history": ("batches", "cost", "report")},
    axes={**PARAMETER_AXES, "history": ("epoch",)},
    invariants=(not_negative("history", "Some entries are negative, which no cost is."),),
    equivalent={SAME_LIST: wrapped("history", TRANSPOSE, RAVEL, TO_LIST, line="return (params, {})")},
)
