"""The exercise `sgd_step`: one step of gradient descent."""

from __future__ import annotations

import numpy as np

from grader.lessons.cases import stored_by_columns
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.matching_keras import sections
from grader.lessons.matching_keras.parameters import (
    PARAMETER_AXES,
    biases_unchanged,
    counted_from_output,
    layer_by_layer,
    parameters_and_gradients,
)
from grader.lessons.networks import TWO_LAYERS
from grader.lessons.slips import changed
from grader.lessons.tensors import float64
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy ----------------------------------------------------------------------


def sgd_step(params, grads, learning_rate):
    """New parameters, float64, each moved against its gradient.

    `params` has `W1` `(n_in, n_out)`, `b1` `(n_out,)` and so on, `grads` has `dW1`, `db1` of the same shapes.
    """
    return {name: value - learning_rate * grads[f"d{name}"] for name, value in params.items()}


# --- Slips ------------------------------------------------------------------------------------------


def _mean_gradients(right, params, grads, learning_rate):
    return right(params, {name: np.mean(value) for name, value in grads.items()}, learning_rate)


def _of_the_dtypes_of_params(right, params, *others):
    return {name: value.astype(params[name].dtype) for name, value in right(params, *others).items()}


TINY = (
    'tiny_grads = {"dW1": np.array([[0.1, -0.2]]), "db1": np.array([0.3, 0.4])}\n'
    'tiny = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5, 0.5])}, tiny_grads, 0.1'
)
TINY_INTEGERS = (
    'tiny_params = {"W1": np.array([[1, 2]]), "b1": np.array([0, 3])}\n'
    'tiny_grads = {"dW1": np.array([[3, -1]]), "db1": np.array([2, 1])}\n'
    "tiny_floats = {name: 1.0 * value for name, value in tiny_params.items()}\n"
)

SLIPS = (
    Slip("wrong-sign", {"answer": lambda right, params, grads, rate: right(params, grads, -rate)}),
    *(
        Slip(
            "factor-two",
            {"answer": lambda right, params, grads, rate, factor=factor: right(params, grads, factor * rate)},
            f"{words} the right step",
        )
        for factor, words in ((0.5, "half"), (2, "twice"))
    ),
    Slip("bias-gradient-missing", {"answer": biases_unchanged}),
    Slip(
        "needless-mean",
        {"answer": _mean_gradients},
        hint=Hint(
            advice="The mean over the batch is in the gradients already, and each weight moves by an entry "
            "of its own. Find the place in your code that takes a mean.",
            experiment="Give two weights gradients of opposite signs: should both move the same way?",
            code=f"{TINY}\nprint(sgd_step(*tiny))",
        ),
    ),
    Slip(
        "integer-truncation",
        {"answer": _of_the_dtypes_of_params},
        hint=Hint(
            code=f"{TINY_INTEGERS}print(sgd_step(tiny_params, tiny_grads, 0.1))\n"
            "print(sgd_step(tiny_floats, tiny_grads, 0.1))"
        ),
    ),
    Slip("wrong-keys", {"answer": changed(lambda moved: {f"d{name}": v for name, v in moved.items()})}),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    rates = rng.permutation([0.01, 0.1, 0.6, 1.3, 2.7, 0.03, 0.2, 0.75, 0.005, 3.6])
    rates = [*rates, 0.4, 0.0, 2, 0.15]
    cases = [
        Case(**fields, arguments=(params, grads, float(rate)))
        for rate, (fields, params, grads) in zip(rates, parameters_and_gradients(rng), strict=True)
    ]
    return stored_by_columns(cases, TWO_LAYERS)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    """TensorFlow's own kernel for gradient descent."""
    tf, (params, grads, learning_rate) = import_tensorflow(), case.arguments
    moved = {}
    for name in layer_by_layer(params):
        variable = tf.Variable(float64(tf, params[name]))
        tf.raw_ops.ResourceApplyGradientDescent(
            var=variable.handle, alpha=float64(tf, learning_rate), delta=float64(tf, grads[f"d{name}"])
        )
        moved[name] = variable.numpy()
    return moved


# --- Invariants -------------------------------------------------------------------------------------


def _moves_downhill(case: Case, parts) -> bool:
    params, grads, _ = case.arguments
    return all(np.all((parts[name] - value) * grads[f"d{name}"] <= 1e-12) for name, value in params.items())


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="sgd_step",
    points=1,
    asks="one step of gradient descent for all parameters",
    reread=sections.ONE_STEP,
    general_hints=(
        "In which direction does the cost fall: along the gradient or against it?",
        "Every parameter moves by its own gradient. The names in the two dicts differ by one letter.",
        (
            "A new dict with the names of `params`, each entry made of the old value, its gradient and "
            "the learning rate. Nothing is changed in place."
        ),
    ),
    sections=no_later_than("2.1", sections.SECTIONS),
    examples={"tiny": TINY},
    hints={
        "ignores-argument": Hint(
            code=(f"{TINY}\nprint(sgd_step(*tiny))\nprint(sgd_step(*tiny[:2], 0.7))"),
        ),
    },
    arguments=("params", "grads", "learning_rate"),
    cases=_cases,
    reference=_reference,
    solve=sgd_step,
    slips=SLIPS,
    alias=counted_from_output,
    axes=PARAMETER_AXES,
    invariants=(Invariant("Some parameters move uphill.", _moves_downhill),),
)
