"""The slips of the exercise `fit`: in the batches, the history, a step and its gradient, with their hints."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from grader.lessons.backpropagation.backward import backward as backward_in_steps
from grader.lessons.backpropagation.hidden_delta import DERIVATIVE_SLIPS
from grader.lessons.backpropagation.recursion import NETWORK_STEPS
from grader.lessons.exercise import Hint, Slip
from grader.lessons.matching_keras.parameters import biases_unchanged
from grader.lessons.slips import FIRST_ROW, HARDENED, LAST_ROW
from utils.network import forward

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


def _mean_or_zero(right, batch_costs, epoch_costs):
    return right(batch_costs, epoch_costs) if batch_costs else 0.0


def _plain_mean_or_zero(right, batch_costs, epoch_costs):
    return _mean([batch.before() for batch in batch_costs]) if batch_costs else 0.0


DROPPED = (
    {"batches": _full_batches, "report": _mean_or_zero},
    {"batches": _full_batches, "report": _plain_mean_or_zero},
    {"batches": _full_batches},
    {"batches": _full_batches, "report": _over_all_examples},
    {"batches": _full_batches, "report": _mean_or_nan},
    {"batches": _full_batches_or_first},
    {"batches": _full_batches_or_first, "report": _over_all_examples},
)

ONE_BATCH = {"batches": lambda right, m, batch_size: right(m, m)}

UNWEIGHTED = (
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


def _with_labels(harden):
    return lambda right, X, Y, *others, **steps: right(X, harden(Y), *others, **steps)


def _labels_swapped(right, X, Y, *others, **steps):
    return right(X, 1 - Y, *others, **steps)


# --- Slips in the step ------------------------------------------------------------------------------


def step_size(factor):
    """A slip's step in the descent: the learning rate times `factor(batch)`."""

    def step(right, parameters, batch, learning_rate, *others):
        return right(parameters, batch, learning_rate * factor(batch), *others)

    return {"descend": step}


def one_example(rows):
    """A slip's step in the descent, which sees one row of the batch alone."""

    def step(right, parameters, batch, *others):
        return right(parameters, replace(batch, X=batch.X[rows], Y=batch.Y[rows]), *others)

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

TINY = (
    "tiny_rows, tiny_labels = np.array([[1.0, 0.5], [0.2, -2.0], [3.0, 1.0]]), np.array([[1], [0], [1]])\n"
    "tiny = tiny_rows, tiny_labels, initialize([2, 2, 1], seed=0), 1.0, 1, 2"
)
TINY_FAR = (
    'tiny_net = {"W1": np.array([[1.0]]), "b1": np.array([28.0])}\n'
    "tiny_far = np.array([[2.0]]), np.array([[0]]), tiny_net, 1.0, 1, 1"
)
INTEGERS_AND_FLOATS = (
    'tiny_params = {"W1": np.array([[1], [-2]]), "b1": np.array([1])}\n'
    "tiny_floats = {name: 1.0 * value for name, value in tiny_params.items()}\n"
    "tiny = np.array([[1, 2], [3, -1]]), np.array([[1], [0]])\n"
    "print(fit(*tiny, tiny_params, 0.5, 1, 2))\n"
    "print(fit(*(1.0 * part for part in tiny), tiny_floats, 0.5, 1, 2))"
)
ROWS_CHANGED = (
    f"{TINY}\nprint(fit(*tiny[:5], 3)[0]['b2'])\n"
    "tiny_rows[-1] = 9.0\nprint(fit(*tiny[:5], 3)[0]['b2'])\n"
    "tiny_rows[0] = -9.0\nprint(fit(*tiny[:5], 3)[0]['b2'])"
)
FIVE_EPOCHS = (
    "tiny = np.array([[1.0]]), np.array([[1]]), initialize([1, 1], seed=0)\n"
    "tiny_params, tiny_history = fit(*tiny, 1.0, 5, 1)\n"
    "print(tiny_history, forward(tiny[0], tiny_params)[0])"
)

LAST_ROW_CHANGED = Hint(
    code=f"{TINY}\nprint(fit(*tiny)[0]['b2'])\ntiny_rows[-1] = 9.0\nprint(fit(*tiny)[0]['b2'])"
)
SOFT_LABELS = Hint(
    experiment="Train on one row with the label 0.7, then with 0.8: should the parameters notice?",
    code=f"{TINY}\ntiny_soft = [np.full((3, 1), label) for label in (0.7, 0.8)]\n"
    "print(*(fit(tiny_rows, labels, *tiny[2:])[0]['b2'] for labels in tiny_soft))",
)
BEFORE_EACH_BATCH = Hint(
    advice="Keras takes a running mean: each batch is measured just before its own update. With which "
    "parameters does the last batch of an epoch meet its cost in your code?",
    experiment="Train for one epoch with several batches, and for one with a single batch: for which of them "
    "must your history be the cost at the start?",
    code=f"{TINY}\nprint(fit(*tiny[:5], 1)[1], fit(*tiny[:5], 3)[1])",
)
OTHER_NUMBERS = Hint(
    code=f"{TINY}\nprint(fit(*tiny)[1])\nprint(fit(*tiny[:4], 3, 2)[1])\nprint(fit(*tiny[:5], 3)[1])"
)
WITHOUT_LEARNING = Hint(code=f"{TINY}\nprint(fit(*tiny[:3], 0.0, 1, 2)[1], fit(*tiny)[1])")
TWICE_THE_ROWS = Hint(
    code=f"{TINY}\ntiny_twice = np.tile(tiny_rows, (2, 1)), np.tile(tiny_labels, (2, 1))\n"
    "print(fit(*tiny[:5], 3))\n"
    "print(fit(*tiny_twice, *tiny[2:5], 6))"
)
SIZES_OF_BATCHES = Hint(
    experiment="Train on three rows with a batch size of 2: how many rows has each batch, and by how many do "
    "you divide?",
    code=f"{TINY}\nprint(fit(*tiny))",
)
ONE_EXAMPLE = Hint(
    experiment="Train on three rows in one batch, change the last one and train again, then the first: do "
    "the parameters take notice both times?",
    code=ROWS_CHANGED,
)
FLAT_UNITS = Hint(
    experiment="Let one hidden unit put out almost 1, another almost 0, where the sigmoid is flat, and a "
    "third one half, where its slope is a quarter: should a step move the weights that lead into them?",
    code='tiny_net = {"W1": np.array([[20.0, -20.0, 0.0]]), "b1": np.zeros(3)}\n'
    'tiny_net = {**tiny_net, "W2": np.ones((3, 1)), "b2": np.zeros(1)}\n'
    "tiny = np.array([[1.0]]), np.array([[0]]), tiny_net, 1.0, 1, 1\n"
    "print(fit(*tiny)[0]['W1'])",
)
ONE_HALF = Hint(
    experiment="Start with all parameters at 0, so that the prediction is one half: its loss is the natural "
    "logarithm of 2, about 0.693. What does your history begin with?",
    code='tiny_net = {"W1": np.zeros((1, 1)), "b1": np.zeros(1)}\n'
    "print(fit(np.ones((1, 1)), np.ones((1, 1)), tiny_net, 1.0, 1, 1)[1])",
)
SCORE_30 = Hint(
    advice="Clipping a prediction, or adding a small number to it, changes the cost. The "
    "`binary_cross_entropy` of the earlier lessons does neither.",
    experiment="Give an example with label 0 the score 30: how large should its loss be, and how large is it "
    "in your history?",
)

# Slips of the backward pass that are likely where a learner writes it anew.
BACKWARD_SLIPS = (
    Slip("extra-activation-derivative", {"output_delta": lambda right, A, Y: right(A, Y) * A * (1 - A)}),
    Slip(
        "bias-gradient-not-summed",
        {"parameter_gradients": lambda right, A, dZ: (right(A, dZ)[0], dZ[0])},
        hint=Hint(
            experiment="Train on three rows in one batch, change the last one and train again, then the "
            "first: which of them have their say in the last bias?",
            code=ROWS_CHANGED,
        ),
    ),
    *(
        slip.with_hint(FLAT_UNITS)
        for slip in DERIVATIVE_SLIPS
        if slip.name
        in ("missing-activation-derivative", "half-activation-derivative", "wrong-activation-derivative")
    ),
)

SLIPS = (
    *(Slip("last-batch-dropped", steps, hint=LAST_ROW_CHANGED) for steps in DROPPED),
    *(Slip("unweighted-history", {"report": wrong}, hint=WITHOUT_LEARNING) for wrong in UNWEIGHTED),
    Slip("ignores-argument", ONE_BATCH, "batch_size", OTHER_NUMBERS),
    Slip("gradient-after-update", {"descend": _update_while_going_back}),
    Slip("missing-mean", step_size(lambda batch: len(batch.X)), hint=TWICE_THE_ROWS),
    Slip("double-mean", step_size(lambda batch: 1 / len(batch.X)), hint=TWICE_THE_ROWS),
    Slip("mean-over-wrong-count", step_size(lambda batch: len(batch.X) / batch.m), hint=SIZES_OF_BATCHES),
    Slip(
        "mean-over-wrong-count",
        step_size(lambda batch: len(batch.X) / batch.batch_size),
        hint=SIZES_OF_BATCHES,
    ),
    Slip("factor-two", step_size(lambda batch: 0.5), "half the right step"),
    Slip("factor-two", step_size(lambda batch: 2), "twice the right step"),
    *(Slip("hard-labels", {"answer": _with_labels(harden)}, hint=SOFT_LABELS) for harden in HARDENED),
    Slip("labels-swapped", _in_cost(lambda Y, A: _cross_entropy(1 - Y, A)), "in the history"),
    Slip(
        "history-before-epoch",
        {"report": lambda right, batch_costs, epoch_costs: epoch_costs.before()},
        hint=BEFORE_EACH_BATCH,
    ),
    Slip(
        "wrong-sign",
        step_size(lambda batch: -1),
        hint=Hint(
            experiment="Train for five epochs on a single example: from one to the next, should the history "
            "rise or fall?",
            code=FIVE_EPOCHS,
        ),
    ),
    Slip("one-example-only", one_example(FIRST_ROW), hint=ONE_EXAMPLE),
    Slip("one-example-only", one_example(LAST_ROW), hint=ONE_EXAMPLE),
    Slip("bias-gradient-missing", {"descend": biases_unchanged}),
    Slip("low-precision", {"descend": _kept_in_float32}),
    Slip("double-mean", {"gradient": _bias_gradients_averaged_again}, hint=TWICE_THE_ROWS),
    *map(_in_gradient, BACKWARD_SLIPS),
    Slip(
        "labels-swapped",
        {"answer": _labels_swapped},
        hint=Hint(
            experiment="Train for five epochs on a single example with label 1: should the history rise or "
            "fall, and which number should the prediction come to?",
            code=FIVE_EPOCHS,
        ),
    ),
    Slip(
        "positive-term-only",
        _in_cost(lambda Y, A: -Y * np.log(A)),
        hint=Hint(
            experiment="Train on a single example whose label is 0 and whose prediction is all but 1: what "
            "does the history say of it?",
            code=f"{TINY_FAR}\nprint(fit(*tiny_far)[1])",
        ),
    ),
    *(
        Slip("wrong-log-base", _in_cost(partial(_cross_entropy, log=log)), hint=ONE_HALF)
        for log in (np.log2, np.log10)
    ),
    *(
        Slip("clipped", _in_cost(partial(_cross_entropy, small=small)), hint=SCORE_30)
        for small in (1e-7, 1e-8)
    ),
)
