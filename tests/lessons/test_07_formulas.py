"""Every displayed formula of lesson 7, proved with SymPy for small sizes or against Keras.

Each proof names the formula by a piece of its LaTeX.
"""

import numpy as np
import sympy as sp

from tests.lessons.formulas import Formulas, gradient, is_zero, matrix, sigmoid
from tests.lessons.keras_runs import float64
from utils.tensorflow import import_tensorflow

FORMULAS = Formulas("07_list_of_layers")
proves = FORMULAS.proves
M, N_IN, N_OUT = 3, 2, 4


@proves(r"\sum_{o=1}^{n_{out}} dS_{eo}\, W_{io}")
def test_the_sums_of_a_dense_layer():
    """The derivatives of any scalar with the derivative dS behind the layer, here the sum of dS * S."""
    A, W, signal = matrix("A", M, N_IN), matrix("W", N_IN, N_OUT), matrix("G", M, N_OUT)
    b = matrix("b", 1, N_OUT)
    scalar = sum(sp.Matrix(signal).multiply_elementwise(A * W + sp.ones(M, 1) * b))
    dA = sp.Matrix(M, N_IN, lambda e, i: sum(signal[e, o] * W[i, o] for o in range(N_OUT)))
    dW = sp.Matrix(N_IN, N_OUT, lambda i, o: sum(A[e, i] * signal[e, o] for e in range(M)))
    db = sp.Matrix(1, N_OUT, lambda _, o: sum(signal[e, o] for e in range(M)))
    for found, variables in ((dA, A), (dW, W), (db, b)):
        assert is_zero(gradient(scalar, variables) - found)
    assert is_zero(dA - signal * W.T)
    assert is_zero(dW - A.T * signal)


@proves(r"dA_{ei} = dS_{ei}\; g'(A_{ei})")
def test_an_activation_works_entry_by_entry():
    A, signal = matrix("A", M, N_IN), matrix("G", M, N_IN)
    scalar = sum(signal.multiply_elementwise(A.applyfunc(sigmoid)))
    a = sp.Symbol("a")
    slopes = A.applyfunc(lambda entry: sp.diff(sigmoid(a), a).subs(a, entry))
    assert is_zero(gradient(scalar, A) - signal.multiply_elementwise(slopes))
    assert is_zero(slopes - A.applyfunc(lambda entry: sigmoid(entry) * (1 - sigmoid(entry))))


@proves(r"\sum_{k=1}^{N} (a_{ek} - y_{ek})^2")
def test_the_mean_squared_error_is_that_of_keras():
    tf, rng = import_tensorflow(), np.random.default_rng(0)
    a, y = rng.uniform(size=(M, N_OUT)), rng.uniform(size=(M, N_OUT))
    J = sum((a[e, k] - y[e, k]) ** 2 for e in range(M) for k in range(N_OUT)) / (M * N_OUT)
    with float64():
        assert np.isclose(J, float(tf.keras.losses.MeanSquaredError()(y, a)), rtol=1e-14)


@proves(r"\frac{1}{1 + e} < \frac{e^{a_1}}{e^{a_0} + e^{a_1}}")
def test_softmax_of_two_sigmoids():
    """The share grows with a_1 and falls with a_0, so the corners of the open square bound it."""
    a_0, a_1 = sp.symbols("a_0 a_1", positive=True)
    share = sp.exp(a_1) / (sp.exp(a_0) + sp.exp(a_1))
    assert sp.simplify(sp.diff(share, a_1)).is_positive
    assert sp.simplify(sp.diff(share, a_0)).is_negative
    assert is_zero(share.subs({a_0: 1, a_1: 0}) - 1 / (1 + sp.E))
    assert is_zero(share.subs({a_0: 0, a_1: 1}) - sp.E / (1 + sp.E))


@proves(r"\frac{a_{ek} - y_{ek}}{a_{ek} (1 - a_{ek})}")
def test_the_derivative_of_the_cross_entropy_by_an_output():
    a, y = matrix("a", M, N_OUT), matrix("y", M, N_OUT)
    pairs = list(zip(a, y, strict=True))
    J = sum(-t * sp.log(p) - (1 - t) * sp.log(1 - p) for p, t in pairs) / (M * N_OUT)
    found = a.applyfunc(lambda p: (p - y[list(a).index(p)]) / (p * (1 - p)) / (M * N_OUT))
    assert is_zero(gradient(J, a) - found)


def test_every_displayed_formula_has_one_proof():
    FORMULAS.assert_each_has_one_proof()
