"""Every displayed formula of lesson 6, proved: with SymPy for small sizes, or with TensorFlow.

Each proof names the formula by a piece of its LaTeX.
"""

import numpy as np
import pytest
import sympy as sp

from tests.conftest import solution_functions
from tests.lessons.formulas import Formulas, gradient, is_zero, matrix, sigmoid
from utils.network import forward, initialize
from utils.tensorflow import import_tensorflow

FORMULAS = Formulas("06_automatic_differentiation")
proves = FORMULAS.proves
M, P, N = 3, 2, 2  # rows, inner size and columns


def through(G, C):
    """Return a scalar whose derivative with respect to the matrix C is the constant G."""
    return sum(g * c for g, c in zip(G, C, strict=True))


@pytest.fixture
def operands():
    """Return two factors of a matrix product and the gradient that comes back to it."""
    return matrix("a", M, P), matrix("b", P, N), matrix("g", M, N)


@proves(r"J = \operatorname{mean}\bigl( (-Y) \odot \log A")
def test_cost_of_ops():
    """The cost from six ops is TensorFlow's binary cross-entropy."""
    tf = import_tensorflow()
    rng = np.random.default_rng(2)
    Y, Z = rng.uniform(size=(5, 1)), rng.normal(size=(5, 1))
    A = 1 / (1 + np.exp(-Z))
    expected = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=Y, logits=Z))
    J = np.mean((-Y) * np.log(A) + (Y - 1) * np.log(1 - A))
    np.testing.assert_allclose(J, expected, rtol=1e-12)


@proves(r"\text{as a row times a matrix:}")
def test_vector_jacobian_product():
    """The chain rule through one step is a row times its Jacobian."""
    x = matrix("x", 1, 3)
    y = sp.Matrix([[sp.Function(f"y{i}")(*x) for i in range(2)]])
    outer = sp.symbols("u0 u1")
    J = sp.Function("J")(*outer)
    here = dict(zip(outer, y, strict=True))
    G = sp.Matrix([[sp.diff(J, u).subs(here).doit() for u in outer]])
    jacobian = y.jacobian(x)
    composed = J.subs(here)
    found = sp.Matrix([[sp.diff(composed, entry).doit() for entry in x]])
    assert is_zero(sp.expand(found - G * jacobian))
    for j in range(3):
        assert is_zero(sp.expand(found[j] - sum(G[i] * jacobian[i, j] for i in range(2))))


@proves(r"\frac{\partial J}{\partial B_{jk}} = \sum_i A_{ij}\, G_{ik}")
def test_matrix_product(operands):
    A, B, G = operands
    C = A * B
    for i in range(M):
        for k in range(N):
            assert is_zero(C[i, k] - sum(A[i, j] * B[j, k] for j in range(P)))
    dA, dB = gradient(through(G, C), A), gradient(through(G, C), B)
    for j in range(P):
        assert all(is_zero(dA[i, j] - sum(G[i, k] * B[j, k] for k in range(N))) for i in range(M))
        assert all(is_zero(dB[j, k] - sum(A[i, j] * G[i, k] for i in range(M))) for k in range(N))


@proves(r"\frac{\partial J}{\partial b_j} = \sum_{i=1}^{m} G_{ij}")
def test_sum_with_a_bias():
    A, b, G = matrix("a", M, N), matrix("b", 1, N), matrix("g", M, N)
    C = A + sp.ones(M, 1) * b
    assert is_zero(gradient(through(G, C), A) - G)
    assert is_zero(gradient(through(G, C), b) - sp.ones(1, M) * G)


@proves(r"G_{ij}\; f'(A_{ij})")
def test_entry_by_entry():
    """For any function of one variable, and for the product; with the rules of the three ops."""
    A, B, G = matrix("a", 2, 2), matrix("b", 2, 2), matrix("g", 2, 2)
    f, t = sp.Function("f"), sp.Symbol("t")
    product = A.multiply_elementwise(B)
    for place in ((0, 1), (1, 0)):
        a, g = A[place], G[place]
        by_chain = sp.diff(through(G, A.applyfunc(f)), a)
        assert is_zero(by_chain - g * sp.diff(f(t), t).subs(t, a))
        assert is_zero(sp.diff(through(G, product), a) - g * sp.diff(a * B[place], a))
        assert is_zero(sp.diff(a * B[place], a) - B[place])
    assert is_zero(sp.diff(sp.log(t), t) - 1 / t)
    assert is_zero(sp.diff(sigmoid(t), t) - sigmoid(t) * (1 - sigmoid(t)))


@proves(r"c = \frac{1}{N} \sum_{ij} A_{ij}")
def test_mean():
    A, G = matrix("a", 2, 3), sp.Symbol("G")
    c = sum(A) / 6
    assert is_zero(gradient(G * c, A) - G * gradient(c, A))
    assert is_zero(gradient(c, A) - sp.ones(2, 3) / 6)


@proves(r"\underset{(m,\,64)}{dZ_1} &= \bigl( dA_2\, W_2^{\mathsf T} \bigr) \odot M")
def test_relu_network():
    """The gradients by hand against TensorFlow's tape, relu and all."""
    tf = import_tensorflow()
    rng = np.random.default_rng(4)
    X, T, params = rng.normal(size=(7, 3)), rng.normal(size=(7, 1)), initialize([3, 5, 1], seed=5)
    variables = {name: tf.constant(array) for name, array in params.items()}
    with tf.GradientTape() as tape:
        tape.watch(variables)
        hidden = tf.nn.relu(X @ variables["W1"] + variables["b1"])
        J = tf.reduce_mean((hidden @ variables["W2"] + variables["b2"] - T) ** 2)
    expected = tape.gradient(J, variables)
    Z1 = X @ params["W1"] + params["b1"]
    mask = Z1 > 0
    A1 = Z1 * mask
    dA2 = 2 / 7 * (A1 @ params["W2"] + params["b2"] - T)
    dZ1 = (dA2 @ params["W2"].T) * mask
    found = {"W1": X.T @ dZ1, "b1": dZ1.sum(axis=0), "W2": A1.T @ dA2, "b2": dA2.sum(axis=0)}
    for name, array in found.items():
        np.testing.assert_allclose(array, expected[name], rtol=1e-12, atol=1e-15)


@proves(r"\dot C &= \dot A B + A \dot B")
def test_forward_mode():
    """Derivatives by one number t, of which every entry may depend."""
    t = sp.Symbol("t")
    A = sp.Matrix(2, 2, lambda i, j: sp.Function(f"a{i}{j}")(t))
    B = sp.Matrix(2, 2, lambda i, j: sp.Function(f"b{i}{j}")(t))
    dA, dB = sp.diff(A, t), sp.diff(B, t)
    assert is_zero(sp.expand(sp.diff(A * B, t) - dA * B - A * dB))
    found = sp.diff(A.multiply_elementwise(B), t)
    assert is_zero(sp.expand(found - dA.multiply_elementwise(B) - A.multiply_elementwise(dB)))
    f, u = sp.sin, sp.Symbol("u")
    slope = A.applyfunc(lambda entry: sp.diff(f(u), u).subs(u, entry))
    assert is_zero(sp.diff(A.applyfunc(f), t) - slope.multiply_elementwise(dA))


@proves(r"\Bigl( \underset{(K,\,N)}{\frac{\partial y}{\partial u}}\; \underset{(N,\,P)}")
def test_brackets():
    """Either way the same row; the multiplications are those that the text counts."""
    K, N, P = 2, 3, 4
    G, outer, inner = matrix("g", 1, K), matrix("y", K, N), matrix("u", N, P)
    assert is_zero(sp.expand((G * outer) * inner - G * (outer * inner)))

    def multiplications(left, right):
        return left.rows * left.cols * right.cols

    assert multiplications(G, outer) + multiplications(G * outer, inner) == K * N + N * P
    assert multiplications(outer, inner) + multiplications(G, outer * inner) == K * N * P + K * P


@proves(r"\frac{\partial a}{\partial z_L} = \sigma'(z_L)")
@pytest.mark.parametrize("layer_sizes", [[3, 1], [4, 3, 2, 1]])
def test_saliency(layer_sizes):
    """The recursion as it is displayed, against TensorFlow's tape."""
    tf = import_tensorflow()
    params = initialize(layer_sizes, seed=8)
    x = np.random.default_rng(7).normal(size=(1, layer_sizes[0]))
    tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        A = tensor
        for layer in range(1, len(layer_sizes)):
            A = tf.sigmoid(A @ params[f"W{layer}"] + params[f"b{layer}"])
    _, cache = forward(x, params)
    slopes = {name: A * (1 - A) for name, A in cache.items()}
    depth = len(layer_sizes) - 1
    dz = slopes[f"A{depth}"]
    for layer in range(depth, 1, -1):
        dz = (dz @ params[f"W{layer}"].T) * slopes[f"A{layer - 1}"]
    np.testing.assert_allclose(dz @ params["W1"].T, tape.gradient(A, tensor), rtol=1e-12)


@proves(r"a(x + \varepsilon u) = a(x) + \varepsilon\, \nabla a \cdot u")
def test_first_order():
    eps, x, y, u, v = sp.symbols("varepsilon x y u v")
    a = sp.Function("a")
    slope = sp.diff(a(x + eps * u, y + eps * v), eps).subs(eps, 0).doit()
    assert is_zero(slope - u * sp.diff(a(x, y), x) - v * sp.diff(a(x, y), y))


@proves(r"\log\bigl(1 + e^{-\lvert x \rvert}\bigr)")
def test_stable_softplus():
    """For a positive and for a negative argument."""
    t = sp.Symbol("t", positive=True)
    for x in (t, -t, sp.Integer(0)):
        left = 1 + sp.exp(x)
        right = sp.exp(sp.Max(x, 0)) * (1 + sp.exp(-sp.Abs(x)))
        assert is_zero(left - right)


def test_the_rules_of_the_lesson():
    """The lesson's own functions agree with TensorFlow's vector-Jacobian products."""
    tf = import_tensorflow()
    functions = solution_functions(FORMULAS.lesson)
    rng = np.random.default_rng(3)
    A, B, b, G = (rng.normal(size=shape) for shape in ((4, 3), (3, 5), (3,), (4, 5)))
    tensors = [tf.constant(array) for array in (A, B, b)]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(tensors)
        product, total = tensors[0] @ tensors[1], tensors[0] + tensors[2]
    for mine, theirs in (
        (functions["vjp_matmul"](A, B, G), tape.gradient(product, tensors[:2], tf.constant(G))),
        (functions["vjp_add"](A, b, A), tape.gradient(total, tensors[::2], tf.constant(A))),
    ):
        for one, other in zip(mine, theirs, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12)


def test_every_displayed_formula_has_one_proof():
    FORMULAS.assert_each_has_one_proof()
