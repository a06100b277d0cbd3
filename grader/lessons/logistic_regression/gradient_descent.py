"""The exercise `gradient_descent`: several steps of gradient descent, and the cost after each."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import numpy as np

from grader.lessons import withheld
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Slip
from grader.lessons.invariants import not_negative
from grader.lessons.logistic_regression import sections
from grader.lessons.logistic_regression.batches import (
    TINY,
    TINY_FAR,
    TINY_TWICE,
    UNUSUAL,
    batch_case,
    certain_and_right_case,
    labels,
    large_features_case,
    mixed_cases,
    moderate_cases,
)
from grader.lessons.logistic_regression.cost import (
    ACTIVATED_TWICE,
    AVERAGE_SLIPS,
    COST_STEPS,
    LABEL_LEFT_OUT,
    clipped_costs,
    cost,
    cost_tensor,
)
from grader.lessons.logistic_regression.gradient import (
    GRADIENT_SLIPS,
    GRADIENT_STEPS,
    gradient,
    gradient_tensors,
)
from grader.lessons.logistic_regression.loss import LOSS_SLIPS
from grader.lessons.logistic_regression.predict import without_bias
from grader.lessons.right_answers import (
    IMMUTABLE,
    ONE_AXIS,
    RAVEL,
    SAME_FLOAT,
    SAME_LIST,
    SQUEEZE,
    TO_LIST,
    TRANSPOSE,
    Number,
    wrapped,
)
from grader.lessons.slips import HARDENED, slips_in, small_numbers, with_hints
from grader.lessons.tensors import float64
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def update(gradient_at, w, b, learning_rate):
    """Weights and bias after one step of descent, where `gradient_at(w, b)` is the gradient."""
    dw, db = gradient_at(w, b)
    return w - learning_rate * dw, b - learning_rate * db


def note(cost_at, before, after):
    """The entry of the history for one iteration, where `cost_at(w, b)` is the cost."""
    return cost_at(*after)


def gradient_descent(X, y, w, b, learning_rate, iterations, **steps):
    """`(w, b, history)`, the last a list of `iterations` floats.

    `X` is `(m, n)`, `y` `(m,)`, `w` `(n,)`, `b` a number, as for `gradient`.
    """

    def gradient_at(w, b):
        return gradient(X, y, w, b, **steps)

    def cost_at(w, b):
        return cost(X, y, w, b, **steps)

    after, history = (w, b), []
    for _ in range(iterations):
        before, after = after, steps["update"](gradient_at, *after, learning_rate)
        history.append(float(steps["note"](cost_at, before, after)))
    return *after, history


# --- Slips ------------------------------------------------------------------------------------------


def _weights_first(right, gradient_at, w, b, learning_rate):
    w = w - learning_rate * gradient_at(w, b)[0]
    return w, b - learning_rate * gradient_at(w, b)[1]


def _bias_first(right, gradient_at, w, b, learning_rate):
    b = b - learning_rate * gradient_at(w, b)[1]
    return w - learning_rate * gradient_at(w, b)[0], b


HISTORY_BEFORE_UPDATE = Slip(
    "history-before-update",
    {"note": lambda right, cost_at, before, after: cost_at(*before)},
    hint=Hint(
        code=TINY + ", 0.1, 1\n*tiny_place, tiny_history = gradient_descent(*tiny)\n"
        "print(tiny_history, cost(*tiny[:2], *tiny_place))"
    ),
)


def _with_labels(harden):
    return lambda right, X, y, *others, **steps: right(X, harden(y), *others, **steps)


def _steps_times(factor):
    return lambda right, gradient_at, w, b, learning_rate: right(gradient_at, w, b, factor * learning_rate)


DESCENT_SLIPS = (
    *slips_in("answer", *(("hard-labels", _with_labels(harden)) for harden in HARDENED)),
    *slips_in("update", *(("factor-two", _steps_times(factor)) for factor in (0.5, 2))),
    *slips_in("update", ("sequential-update", _weights_first), ("sequential-update", _bias_first)),
    HISTORY_BEFORE_UPDATE,
    Slip("bias-skipped", {"cost_scores": without_bias}),
    Slip("bias-skipped", {"scores": without_bias, "cost_scores": without_bias}),
    Slip("missing-mean", {"average": lambda right, each: each.sum()}),
    Slip("double-mean", {"average": lambda right, each: right(each) / len(each)}),
)


# --- Cases ------------------------------------------------------------------------------------------

LONG = 101  # iterations, so that a stop after a hundred shows
DESCENTS = {
    # label of a batch: learning rate, iterations
    "a batch with the lesson's two features": (0.5, 10),
    "a batch of 64 features": (0.3, 3),
    f"{UNUSUAL}, stored by columns": (1.3, 6),
    "as many features as examples": (0.7, 5),
    "integer features, weights and bias": (0.25, 4),
    "soft labels": (0.9, 1),
    "a single example": (0.4, 3),
    "a single feature": (2.0, 7),
    "one example with one feature": (0.6, 1),
    "predictions that are certain and right": (0.1, 2),
}


def _cases(rng) -> list[Case]:
    """Arguments `(X, y, w, b, learning_rate, iterations)`."""
    certain = certain_and_right_case(rng, 6, low=20)
    batches = (*moderate_cases(rng), certain)
    w, b = rng.integers(1, 3, size=3), int(rng.integers(1, 3))
    X, y = rng.normal(size=(5, 3)), labels(rng, 5, np.float64)
    integers = batch_case("whole numbers to start from", X, y, w, b, {"integer"})
    return [
        *(_descent_case(batch, *DESCENTS[batch.label]) for batch in batches),
        _descent_case(integers, learning_rate=0.8, iterations=1),
        *(_descent_case(batch, learning_rate=1, iterations=2) for batch in mixed_cases(rng)),
        _descent_case(large_features_case(rng), learning_rate=1e-6, iterations=3),
        *_unusual_runs(rng),
    ]


def _unusual_runs(rng) -> list[Case]:
    """A descent that diverges, one that stands still, and one of many iterations."""

    def case(label, batch, learning_rate, iterations):
        return _descent_case(replace(batch, label=label), learning_rate, iterations)

    still, long = (
        batch_case("", rng.normal(size=(4, 2)), labels(rng, 4, "soft"), rng.normal(size=2), 0.5)
        for _ in range(2)
    )
    return [
        case("a rate at which the cost rises", *_diverging(rng), 3),
        case("a rate of 0", still, 0.0, 4),
        case("a long run", long, 0.4, LONG),
    ]


def _diverging(rng):
    """A batch and a learning rate with which each step raises the cost: 4 over the largest curvature."""
    X, w, b = rng.normal(size=(6, 2)), rng.normal(scale=0.5, size=2), float(rng.normal(scale=0.5))
    y = sigmoid(X @ w + b)
    inputs = np.column_stack([X, np.ones(6)])
    curvatures, directions = np.linalg.eigh(inputs.T * (y * (1 - y)) @ inputs / 6)
    *w_step, b_step = 0.05 * directions[:, -1]
    return batch_case("", X, y, w + w_step, b + float(b_step)), float(4 / curvatures[-1])


def _descent_case(batch: Case, learning_rate, iterations) -> Case:
    label = f"{batch.label}, {iterations} iteration{'s' if iterations > 1 else ''}"
    return Case(label, (*batch.arguments, learning_rate, iterations), batch.tags, batch.counts)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    *numbers, iterations = case.arguments
    X, y, w, b, learning_rate = (float64(tf, number) for number in numbers)
    history = []
    for _ in range(iterations):
        dw, db = gradient_tensors(tf, X, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(float(cost_tensor(tf, X, y, w, b)))
    return w.numpy(), b.numpy(), history


# --- Invariants and error carried forward -----------------------------------------------------------


def _carry_forward(case: Case, own) -> dict:
    """The last entry of the history is the cost of the learner's own weights and bias."""
    X, y, *_, iterations = case.arguments
    if not {"w", "b"} <= own.keys():
        return {}
    last = cost(X, y, own["w"], own["b"], **COST_STEPS)
    return {"history": [np.nan] * (iterations - 1) + [last]}


def _ends_with_its_cost(case: Case, parts) -> bool:
    history, last = parts["history"], _carry_forward(case, parts)["history"][-1]
    return abs(history[-1] - last) <= 1e-9 * abs(last) + 1e-12


# --- Right answers in other styles ------------------------------------------------------------------


def descent_by_reduction_over_steps(X, y, w, b, learning_rate, iterations):
    with_one = np.c_[X, np.ones(len(X))]

    def step(walk, _):
        theta, costs = walk
        theta = theta - learning_rate * with_one.T @ (sigmoid(with_one @ theta) - y) / len(y)
        z = with_one @ theta
        return theta, [*costs, Number(np.mean(np.logaddexp(0, z) - y * z))]

    theta, history = reduce(step, range(iterations), (np.append(w, b).astype(float), []))
    return theta[:-1], theta[-1], history


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="gradient_descent",
    points=4,
    asks="several steps of gradient descent, and the cost after each",
    reread=sections.DESCENT,
    general_hints=(
        (
            "Which cost belongs at the first place of the history: the one before the first step or the "
            "one after it?"
        ),
        (
            "In one round: the gradient at the present place, then both parameters move, then you note "
            "the cost. Both have to move with gradients of the same place."
        ),
        (
            "A loop over the iterations around your `gradient` and your `cost`. Make new arrays instead "
            "of changing `w` in place. You return `w` (n,), `b` and a list with one float for each step."
        ),
    ),
    sections=sections.SECTIONS,
    examples={
        "tiny": TINY + ", 0.1, 1",
        "tiny_twice": TINY_TWICE,
        "tiny_far": TINY_FAR + ", 0.001, 1",
    },
    arguments=("X", "y", "w", "b", "learning_rate", "iterations"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_1,
    solve=gradient_descent,
    steps={**GRADIENT_STEPS, **COST_STEPS, "update": update, "note": note},
    slips=with_hints(
        (
            *DESCENT_SLIPS,
            *GRADIENT_SLIPS,
            *LOSS_SLIPS,
            *LABEL_LEFT_OUT,
            ACTIVATED_TWICE,
            *clipped_costs(small_numbers(5, 8)),
            *AVERAGE_SLIPS,
        ),
        {
            "bias-gradient-not-summed": Hint(
                experiment=(
                    "Call it, change the last row and call it again, then the first: does what becomes of "
                    "the bias take notice both times?"
                ),
                code=(
                    f"{TINY}, 0.1, 1\n"
                    "print(gradient_descent(*tiny))\n"
                    "tiny_X[-1] = 9.0\n"
                    "print(gradient_descent(*tiny))\n"
                    "tiny_X[0] = -9.0\n"
                    "print(gradient_descent(*tiny))"
                ),
            ),
            "hard-labels": Hint(
                experiment=(
                    "Call it with one example and the labels 0.3, 0.7 and 1 in turn: does your answer move "
                    "each time?"
                ),
                code=(
                    "tiny = [(np.eye(1), np.array([y]), np.ones(1), 0.5, 0.1, 1) for y in (0.3, 0.7, 1.0)]\n"
                    "print(*(gradient_descent(*case) for case in tiny), sep='\\n')"
                ),
            ),
            "mean-over-wrong-count": Hint(
                experiment=(
                    "Call it with the same rows twice over, then with one feature more whose weights "
                    "are 0. Of which of the two should your divisor take notice?"
                ),
                code=(
                    f"{TINY}, 0.1, 1\n"
                    f"{TINY_TWICE}\n"
                    "tiny_wide = np.c_[tiny_X, np.ones(3)], tiny_y, np.append(tiny[2], 0), *tiny[3:]\n"
                    "print(*(gradient_descent(*case) for case in (tiny, tiny_twice, tiny_wide)), sep='\\n')"
                ),
            ),
        },
    ),
    parts=("w", "b", "history"),
    carry_forward=_carry_forward,
    made_in={"history": (*COST_STEPS, "note")},
    axes={"w": ("feature",), "history": ("iteration",)},
    invariants=(
        not_negative("history", "Some entries are negative, which no cost is."),
        Invariant("The history does not end with the cost of what is returned.", _ends_with_its_cost),
    ),
    right=(descent_by_reduction_over_steps,),
    equivalent={
        ONE_AXIS: wrapped("w", TRANSPOSE, RAVEL, line="return ({}, b, history)"),
        IMMUTABLE: (" -> b = spoil(b)",),
        SAME_FLOAT: wrapped("b", TRANSPOSE, SQUEEZE, TO_LIST, line="return (w, {}, history)"),
        SAME_LIST: wrapped("history", TRANSPOSE, RAVEL, TO_LIST, line="return (w, b, {})"),
    },
)
