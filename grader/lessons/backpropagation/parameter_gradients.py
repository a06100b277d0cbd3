"""The exercise `parameter_gradients`: the gradients of one layer's weights and biases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grader.lessons import withheld
from grader.lessons.backpropagation import sections
from grader.lessons.backpropagation.layers import (
    UNUSUAL,
    further_layers,
    integers,
    layers,
)
from grader.lessons.cases import stored_by_columns
from grader.lessons.draws import normals
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import slopes
from grader.lessons.right_answers import ONE_AXIS, RAVEL, TRANSPOSE, wrapped
from grader.lessons.slips import FIRST_ROW, LAST_ROW, of_rows, slips_in, transposed_if_square
from grader.lessons.tensors import float64
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def parameter_gradients(A_prev, dZ):
    """`(dW, db)`, shapes `(n_in, n_out)` and `(n_out,)`, of a layer with input `A_prev` `(m, n_in)`.

    The error signal `dZ` `(m, n_out)` holds the 1/m of the mean (Nielsen, chapter 2, BP3 and BP4).
    """
    return A_prev.T @ dZ, dZ.sum(axis=0)


# --- Slips ------------------------------------------------------------------------------------------


def _bias_slip(name, wrong) -> Slip:
    """A slip in the bias gradient alone: `wrong(db, dZ)` replaces it."""

    def step(right, A_prev, dZ):
        dW, db = right(A_prev, dZ)
        return dW, wrong(db, dZ)

    return Slip(name, {"parameter_gradients": step})


def _transpose_weights_alone(right, A_prev, dZ):
    """`dW` with its axes swapped, `db` as it is; the relation `transposed` turns every part."""
    dW, db = right(A_prev, dZ)
    return dW.T, db


def _divide_both(right, A_prev, dZ):
    return tuple(part / len(dZ) for part in right(A_prev, dZ))


def _inputs_as_they_are_if_square(right, A_prev, dZ):
    """`A_prev @ dZ` where the shapes permit it: with as many examples as inputs."""
    return right(transposed_if_square(A_prev), dZ)


MISSING_BIAS = _bias_slip("bias-gradient-missing", lambda db, dZ: np.zeros_like(db))

BIAS_AXIS = Hint(
    advice="This is about `db`, which has an entry for each unit and none for an example. Along which axis "
    "of the signals do the examples lie?"
)

PARAMETER_SLIPS = (
    MISSING_BIAS,
    _bias_slip("bias-gradient-not-summed", lambda db, dZ: dZ),
    _bias_slip("bias-gradient-not-summed", lambda db, dZ: dZ[0]),
    _bias_slip("bias-gradient-not-summed", lambda db, dZ: dZ[-1]),
    _bias_slip("wrong-axis", lambda db, dZ: dZ.sum(axis=1)).with_hint(BIAS_AXIS),
    _bias_slip("wrong-axis", lambda db, dZ: dZ.sum()).with_hint(BIAS_AXIS),
    _bias_slip("extra-axis", lambda db, dZ: db[None, :]),
    *slips_in(
        "parameter_gradients",
        ("double-mean", _divide_both),
        ("transposed", _transpose_weights_alone),
        ("one-example-only", of_rows(FIRST_ROW, 0, 1)),
        ("one-example-only", of_rows(LAST_ROW, 0, 1)),
    ),
    Slip(
        "weights-transposed",
        {"parameter_gradients": _inputs_as_they_are_if_square},
        hint=Hint(
            advice="Write the shapes under the product. Where there are as many examples as inputs, a wrong "
            "one has the right shape: which axis of the inputs has to disappear?",
            experiment="Take two examples of two inputs of which a single one is not 0: for which weight "
            "should there be a gradient?",
            code="tiny = np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.1], [0.4]])\n"
            "print(parameter_gradients(*tiny))",
        ),
    ),
    _bias_slip("missing-mean", lambda db, dZ: db * len(dZ)),
    _bias_slip("double-mean", lambda db, dZ: db / len(dZ)),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(A_prev, dZ)`.

    `A_prev` holds any numbers, also integers, as the first layer's input may. One signal is as small as in
    the first layers of a deep network.
    """
    cases = []
    for layer in layers(rng, normals):
        A_prev, dZ = layer.A, layer.dZ
        if "integer" in layer.tags:
            A_prev, both = integers(rng, A_prev.shape), replace(layer, label="integer inputs and signals")
            cases.append(both.case(A_prev, integers(rng, dZ.shape)))
        cases.append(layer.case(A_prev, dZ))
    A_prev, dZ = cases[1].arguments
    small = replace(cases[1], label="a small signal", arguments=(A_prev, 1e-5 * dZ))
    _, integer_signal, large_signal = further_layers(rng)
    cases = stored_by_columns(cases, UNUSUAL)
    return [*cases, small, *(layer.case(layer.A, layer.dZ) for layer in (integer_signal, large_signal))]


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    """The gradients of a scalar whose gradient with respect to the layer's z is `dZ`, by construction."""
    tf = import_tensorflow()
    A_prev, dZ = (float64(tf, array) for array in case.arguments)
    W = tf.zeros((A_prev.shape[1], dZ.shape[1]), tf.float64)
    b = tf.zeros(dZ.shape[1], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch([W, b])
        scalar = tf.reduce_sum(dZ * (A_prev @ W + b))
    return tuple(gradient.numpy() for gradient in tape.gradient(scalar, [W, b]))


# --- Invariants -------------------------------------------------------------------------------------


def _cost(case: Case, arrays) -> float:
    """A cost that has `dZ` for its slope with respect to the layer's z."""
    A_prev, dZ = case.arguments
    return float((dZ * (A_prev @ arrays["dW"] + arrays["db"])).sum())


def _zero_parameters(case: Case) -> dict:
    A_prev, dZ = case.arguments
    return {"dW": np.zeros((A_prev.shape[1], dZ.shape[1])), "db": np.zeros(dZ.shape[1])}


# --- The exercise -----------------------------------------------------------------------------------

LAYER_AXES = {"dW": ("input", "unit"), "db": ("unit",)}

EXERCISE = Exercise(
    name="parameter_gradients",
    points=2,
    asks="the gradients of one layer's weights and biases",
    reread=sections.PARAMETER_GRADIENTS,
    general_hints=(
        ("A weight joins one input to one unit. Which two numbers of an example does its derivative need?"),
        (
            "The weight's contribution of one example is a product of two numbers; the examples add up. A "
            "matrix product does such sums. For the bias the input is always 1."
        ),
        (
            "`dW` (n_in, n_out) is a matrix product in which the examples are summed away, so one of "
            "`A_prev` (m, n_in) and `dZ` (m, n_out) has to be turned. `db` (n_out,) needs `dZ` alone. No "
            "further mean."
        ),
    ),
    sections=no_later_than("3.4", sections.SECTIONS),
    examples={
        "tiny": "tiny = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.0]]), np.array([[0.1], [-0.2], [0.4]])",
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], (2, 1))",
    },
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny = np.array([[1, 2], [0, -1], [3, 0]]), np.array([[0.1], [-0.2], [0.4]])\n"
                "print(parameter_gradients(*tiny))\n"
                "print(parameter_gradients(1.0 * tiny[0], tiny[1]))"
            ),
        ),
    },
    arguments=("A_prev", "dZ"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_3,
    solve=lambda A_prev, dZ, parameter_gradients: parameter_gradients(A_prev, dZ),
    steps={"parameter_gradients": parameter_gradients},
    slips=PARAMETER_SLIPS,
    parts=("dW", "db"),
    axes=LAYER_AXES,
    invariants=(slopes(_cost, _zero_parameters, "a weight or a bias", "the cost"),),
    equivalent={
        ONE_AXIS: wrapped("dZ.sum(axis=0)", TRANSPOSE, RAVEL, line="return (A_prev.T @ dZ, {})"),
    },
)
