"""Every displayed formula of lesson 4, proved: with SymPy for small sizes, or with TensorFlow.

Each proof names the formula by a piece of its LaTeX.
"""

import numpy as np
import pytest
import sympy as sp

from tests.conftest import solution_functions
from tests.lessons.formulas import Formulas, gradient, is_zero, matrix, sigmoid
from utils.network import forward, initialize
from utils.tensorflow import import_tensorflow

FORMULAS = Formulas("04_softmax_cross_entropy")
proves = FORMULAS.proves
M, N = 2, 3  # examples and classes under the microscope
ONES = sp.ones(1, N)
Z_ROW, P_ROW, U_ROW = matrix("z", 1, N), matrix("p", 1, N), matrix("u", 1, N)
C = sp.Symbol("c", real=True)


def exponentials(z):
    return z.applyfunc(sp.exp)


def softmax(z):
    """Return the softmax of a row of expressions, as the lesson defines it."""
    u = exponentials(z)
    return u / sum(u)


def log_sum_exp(z):
    return sp.log(sum(exponentials(z)))


def one_hot(y):
    return sp.Matrix(1, N, lambda _, k: int(k == y))


def by_entries(outputs, inputs):
    """Return the Jacobian, a row an output, entry by entry."""
    return sp.Matrix(len(outputs), len(inputs), lambda i, j: sp.diff(outputs[i], inputs[j]))


def diagonal(row):
    return sp.diag(*row)


def over(row, divisor):
    """Return the quotients of the entries of two rows."""
    return row.multiply_elementwise(divisor.applyfunc(lambda entry: 1 / entry))


def random_logits(m=5, classes=4):
    """Return logits and classes as NumPy arrays."""
    rng = np.random.default_rng(7)
    return rng.normal(scale=2, size=(m, classes)), rng.integers(classes, size=m)


@proves(r"\operatorname{softmax}(\underset{(1,\,N)}{z})")
def test_softmax():
    """The quotient of the exponentials is TensorFlow's softmax."""
    tf, (Z, _) = import_tensorflow(), random_logits()
    np.testing.assert_allclose(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True), tf.nn.softmax(Z))


@proves(r"\frac{e^{z_k + c}}{\sum_j e^{z_j + c}}")
def test_shift_invariance():
    """Both fractions are the softmax."""
    u = exponentials(Z_ROW)
    shifted = softmax(Z_ROW + C * ONES)
    assert is_zero(shifted - sp.exp(C) * u / (sp.exp(C) * sum(u)))
    assert is_zero(shifted - softmax(Z_ROW))


@proves(r"z_k - \operatorname{lse}(z)")
def test_logarithm_of_the_softmax():
    """A logit minus log-sum-exp, with SymPy and against TensorFlow."""
    log_p = sp.expand_log(softmax(Z_ROW).applyfunc(sp.log), force=True)
    assert is_zero(log_p - (Z_ROW - log_sum_exp(Z_ROW) * ONES))
    tf, (Z, _) = import_tensorflow(), random_logits()
    lse = tf.reduce_logsumexp(Z, axis=1, keepdims=True)
    np.testing.assert_allclose(lse, np.log(np.exp(Z).sum(axis=1, keepdims=True)))
    np.testing.assert_allclose(Z - lse, tf.nn.log_softmax(Z))


@proves(r"c + \log \sum_j e^{z_j - c}")
def test_shifted_log_sum_exp():
    """Any c may be taken out of the sum and comes back in front of the logarithm."""
    rest = sum(exponentials(Z_ROW - C * ONES))
    assert is_zero(sp.exp(C) * rest - sum(exponentials(Z_ROW)))
    assert is_zero(sp.expand_log(sp.log(sp.exp(C) * rest), force=True) - C - sp.log(rest))


@proves(r"-\,\bar y \cdot \log p")
def test_two_forms_of_the_loss():
    """The dot product, the sum and the index are one number, whatever the class."""
    logs = P_ROW.applyfunc(sp.log)
    for y in range(N):
        assert is_zero(-one_hot(y).dot(logs) + sum(one_hot(y)[k] * logs[k] for k in range(N)))
        assert is_zero(-one_hot(y).dot(logs) + sp.log(P_ROW[y]))


@proves(r"\ell_i = -\log P_{i,\,y_i}")
def test_cost():
    """The mean loss is Keras's, in both forms."""
    tf, (Z, y) = import_tensorflow(), random_logits()
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    J = np.mean([-np.log(P[i, y[i]]) for i in range(len(y))])
    sparse = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64")
    full = tf.keras.losses.CategoricalCrossentropy(dtype="float64")
    assert pytest.approx(float(sparse(y, Z)), rel=1e-12) == J
    assert pytest.approx(float(full(np.eye(4)[y], P)), rel=1e-12) == J


@proves(r"\operatorname{diag}(\underset{(1,\,N)}{u})")
def test_jacobian_of_the_exponential():
    """Diagonal, with e^z on it."""
    found = by_entries(exponentials(Z_ROW), Z_ROW)
    for i in range(N):
        for j in range(N):
            assert found[i, j] == (sp.exp(Z_ROW[i]) if i == j else 0)
    assert is_zero(found - diagonal(exponentials(Z_ROW)))


@proves(r"\underset{(1,\,N)}{g} \odot \underset{(1,\,N)}{d}")
def test_row_times_diagonal():
    """A row times a diagonal matrix multiplies entry by entry."""
    g, d = matrix("g", 1, N), matrix("d", 1, N)
    assert g * diagonal(d) == sp.Matrix([[g[k] * d[k] for k in range(N)]])
    assert g * diagonal(d) == g.multiply_elementwise(d)


@proves(r"\frac{\partial s}{\partial u} = \underset{(1,\,N)}{\mathbf 1}")
def test_sum():
    """The sum is the product with a column of ones, and its derivative is a row of ones."""
    s = sum(U_ROW)
    assert (U_ROW * ONES.T)[0] == s
    assert gradient(s, U_ROW) == ONES


@proves(r"- \frac{u_i}{s^2} \cdot \frac{\partial s}{\partial u_j}")
def test_jacobian_of_the_division():
    """The two paths, the entries and the matrix."""
    s = sum(U_ROW)
    p = U_ROW / s
    found = by_entries(p, U_ROW)
    for i in range(N):
        for j in range(N):
            paths = (1 / s if i == j else 0) - U_ROW[i] / s**2 * sp.diff(s, U_ROW[j])
            assert is_zero(found[i, j] - paths)
            assert is_zero(found[i, j] - (int(i == j) - p[i]) / s)
    assert is_zero(found - (sp.eye(N) - p.T * ONES) / s)


@proves(r"\sum_k \frac{\partial p_i}{\partial u_k}")
def test_jacobians_multiply():
    """The chain rule for vectors is a product of Jacobians."""
    of_u = by_entries(U_ROW / sum(U_ROW), U_ROW)
    of_u = of_u.subs(dict(zip(U_ROW, exponentials(Z_ROW), strict=True)))
    of_z = by_entries(exponentials(Z_ROW), Z_ROW)
    found = by_entries(softmax(Z_ROW), Z_ROW)
    assert is_zero(found - of_u * of_z)
    assert is_zero(found[0, 1] - sum(of_u[0, k] * of_z[k, 1] for k in range(N)))


@proves(r"= \operatorname{diag}\Bigl(\frac{u}{s}\Bigr)")
def test_jacobian_of_the_softmax():
    """Every step from the product of the two Jacobians to diag(p) - p^T p."""
    u, p = exponentials(Z_ROW), softmax(Z_ROW)
    s = sum(u)
    found = by_entries(p, Z_ROW)
    assert is_zero(ONES * diagonal(u) - u)
    assert is_zero(found - (sp.eye(N) - p.T * ONES) * diagonal(u) / s)
    assert is_zero(found - (diagonal(u / s) - p.T * (ONES * diagonal(u)) / s))
    assert is_zero(found - (diagonal(p) - p.T * p))


@proves(r"\begin{cases} p_i (1 - p_i)")
def test_entries_of_the_jacobian():
    """On the diagonal and off it."""
    p = softmax(Z_ROW)
    for i in range(N):
        for j in range(N):
            entry = p[i] * (1 - p[i]) if i == j else -p[i] * p[j]
            assert is_zero(sp.diff(p[i], Z_ROW[j]) - entry)


@proves(r"\underset{(N,\,1)}{\mathbf 0^{\mathsf T}}")
def test_invariants():
    """Rows and columns of the Jacobian sum to 0."""
    found = by_entries(softmax(Z_ROW), Z_ROW)
    assert is_zero(found * ONES.T)
    assert is_zero(ONES * found)


def loss_of(p, y):
    """Return the loss of a row of probabilities, in the one-hot form."""
    return -one_hot(y).dot(p.applyfunc(sp.log))


@proves(r"g_i = \frac{\partial \ell}{\partial p_i} = -\frac{\bar y_i}{p_i}")
def test_derivative_by_the_probabilities():
    """Minus the label over the probability."""
    for y in range(N):
        assert is_zero(gradient(loss_of(P_ROW, y), P_ROW) + over(one_hot(y), P_ROW))


@proves(r"\sum_i \frac{\partial \ell}{\partial p_i}\, \frac{\partial p_i}{\partial z_j}")
def test_vector_jacobian_product():
    """The sum over paths is the row times the Jacobian, for any loss of p."""
    loss = sp.sin(P_ROW[0]) * P_ROW[1] + sp.exp(P_ROW[2]) * P_ROW[0] ** 2
    here = dict(zip(P_ROW, softmax(Z_ROW), strict=True))
    g = gradient(loss, P_ROW).subs(here)
    jacobian = by_entries(softmax(Z_ROW), Z_ROW)
    found = gradient(loss.subs(here), Z_ROW)
    assert is_zero(found - g * jacobian)
    for j in range(N):
        assert is_zero(found[j] - sum(g[i] * sp.diff(here[P_ROW[i]], Z_ROW[j]) for i in range(N)))


@proves(r"\underbrace{(\bar y \oslash p) \operatorname{diag}(p)}_{\bar y}")
def test_the_collapse():
    """Every step of it, for every class."""
    p = P_ROW
    for y in range(N):
        label = one_hot(y)
        quotient = over(label, p)
        assert is_zero(quotient * diagonal(p) - label)
        assert is_zero((quotient * p.T)[0] - sum(label)) and sum(label) == 1
        product = -quotient * (diagonal(p) - p.T * p)
        assert is_zero(product - (-quotient * diagonal(p) + (quotient * p.T)[0] * p))
        assert is_zero(product - (p - label))


@proves(r"\frac{\partial \ell}{\partial z_j} = p_j - \bar y_j")
def test_derivative_by_the_logits():
    """The derivative of the whole composition, without any of the steps."""
    for y in range(N):
        p = softmax(Z_ROW)
        assert is_zero(gradient(loss_of(p, y), Z_ROW) - (p - one_hot(y)))


@proves(r"\underset{(m,\,N)}{dZ} = \frac{\partial J}{\partial Z}")
def test_gradient_of_a_batch():
    """The mean of the losses of two examples, and TensorFlow's tape for more."""
    Z, labels = matrix("z", M, N), (2, 0)
    P = sp.Matrix.vstack(*(softmax(Z[i, :]) for i in range(M)))
    Y = sp.Matrix.vstack(*(one_hot(y) for y in labels))
    J = sum(loss_of(P[i, :], y) for i, y in enumerate(labels)) / M
    assert is_zero(gradient(J, Z) - (P - Y) / M)

    tf, (Z, y) = import_tensorflow(), random_logits()
    logits = tf.constant(Z)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        J = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    expected = (tf.nn.softmax(Z).numpy() - np.eye(4)[y]) / len(y)
    np.testing.assert_allclose(tape.gradient(J, logits), expected, atol=1e-15)


def tensorflow_gradients(X, y, params):
    """Return the gradients of the cost of a network with a softmax output by TensorFlow's tape."""
    tf = import_tensorflow()
    variables = {name: tf.constant(value) for name, value in params.items()}
    with tf.GradientTape() as tape:
        tape.watch(variables)
        A = tf.constant(X)
        for layer in range(1, len(params) // 2 + 1):
            Z = A @ variables[f"W{layer}"] + variables[f"b{layer}"]
            A = tf.sigmoid(Z)
        J = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=Z))
    return {f"d{name}": value.numpy() for name, value in tape.gradient(J, variables).items()}


def random_network(layer_sizes, m):
    """Return `(X, y, params)`."""
    rng = np.random.default_rng(7)
    X, y = rng.normal(size=(m, layer_sizes[0])), rng.integers(layer_sizes[-1], size=m)
    return X, y, initialize(layer_sizes, seed=8)


@proves(r"\begin{aligned} dZ_L &= \tfrac{1}{m} (P - \bar Y)")
@pytest.mark.parametrize("layer_sizes", [[3, 4], [4, 3, 2, 3], [2, 2, 2, 2, 2]])
@pytest.mark.parametrize("m", [1, 6])
def test_recursion(layer_sizes, m):
    """The recursion as it is displayed, against TensorFlow's tape."""
    X, y, params = random_network(layer_sizes, m)
    tf = import_tensorflow()
    _, cache = forward(X, params, output=lambda Z: tf.nn.softmax(Z).numpy())
    expected = tensorflow_gradients(X, y, params)
    depth = len(layer_sizes) - 1
    dZ = (cache[f"A{depth}"] - np.eye(layer_sizes[-1])[y]) / m
    for layer in range(depth, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        np.testing.assert_allclose(A_prev.T @ dZ, expected[f"dW{layer}"], rtol=1e-10, atol=1e-15)
        np.testing.assert_allclose(dZ.sum(0), expected[f"db{layer}"], rtol=1e-10, atol=1e-15)
        if layer > 1:
            slope = 1 / (1 + np.exp(-cache[f"Z{layer - 1}"]))
            dZ = (dZ @ params[f"W{layer}"].T) * slope * (1 - slope)


def test_the_sigmoids_derivative_by_its_value():
    """The inline formula beside the recursion: the sigmoid's derivative at Z is A(1 - A)."""
    z = sp.Symbol("z", real=True)
    assert is_zero(sp.diff(sigmoid(z), z) - sigmoid(z) * (1 - sigmoid(z)))


@proves(r"\ell \ge \log \Bigl( 1 + \frac{N - 1}{e} \Bigr)")
def test_floor_of_two_softmaxes():
    """A row with a single 1 gives the bound, and no other row of probabilities gets below it."""
    n = sp.Symbol("N", positive=True)
    best = sp.E / (sp.E + (n - 1) * sp.exp(0))
    assert is_zero(sp.expand_log(sp.log(1 + (n - 1) / sp.E) + sp.log(best), force=True).simplify())

    # The loss is log(1 + the sum of e^(p_k - p_y) over the other classes). By Jensen's inequality the sum
    # is least where the others share equally what p_y leaves; this least sum falls as p_y grows.
    share = sp.Symbol("share", nonnegative=True)  # of the right class
    least = (n - 1) * sp.exp((1 - share) / (n - 1) - share)
    assert sp.simplify(sp.diff(least, share) / least + n / (n - 1)) == 0  # negative: it falls up to 1
    assert sp.simplify(least.subs(share, 1) - (n - 1) / sp.E) == 0

    rng = np.random.default_rng(0)
    P = rng.dirichlet(np.full(10, 0.2), size=2000)
    losses = np.log(np.exp(P).sum(axis=1)) - P[:, 0]
    assert losses.min() > np.log(1 + 9 / np.e)


@proves(r"J = \frac{1}{m\,n} \sum_{i=1}^{m}")
def test_mean_squared_error():
    """The double sum is Keras's mean squared error."""
    tf, rng = import_tensorflow(), np.random.default_rng(7)
    A, Y = rng.normal(size=(2, 5, 3))
    J = sum((A[i, k] - Y[i, k]) ** 2 for i in range(5) for k in range(3)) / (5 * 3)
    assert pytest.approx(float(tf.keras.losses.MeanSquaredError(dtype="float64")(Y, A)), rel=1e-12) == J


@proves(r"\frac{\partial}{\partial z_j} \Bigl( \log \sum_k e^{z_k} - z_y \Bigr)")
def test_the_shorter_proof():
    """The loss is log-sum-exp minus the right logit; its derivative is p - y."""
    for y in range(N):
        loss = log_sum_exp(Z_ROW) - Z_ROW[y]
        from_p = sp.expand_log(loss_of(softmax(Z_ROW), y), force=True)
        assert is_zero(loss - from_p)
        u = exponentials(Z_ROW)
        assert is_zero(gradient(loss, Z_ROW) - (u / sum(u) - one_hot(y)))


@proves(r"\sigma(z_1 - z_0)")
def test_two_classes():
    """The share of the second class is the sigmoid of the difference."""
    z0, z1 = sp.symbols("z0 z1", real=True)
    share = sp.exp(z1) / (sp.exp(z0) + sp.exp(z1))
    assert is_zero(share - 1 / (1 + sp.exp(-(z1 - z0))))
    assert is_zero(share - sigmoid(z1 - z0))


def test_the_three_heads():
    """The table of section 8.3, by TensorFlow's tape."""
    tf, rng = import_tensorflow(), np.random.default_rng(7)
    Z, T = rng.normal(size=(2, 5, 3))
    labels, y = (T > 0).astype(float), rng.integers(3, size=5)

    def by_tape(cost):
        logits = tf.constant(Z)
        with tf.GradientTape() as tape:
            tape.watch(logits)
            J = cost(logits)
        return tape.gradient(J, logits).numpy()

    one, first = tf.constant(labels[:, :1]), slice(0, 1)
    binary = by_tape(
        lambda Z: tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=one, logits=Z[:, first]))
    )
    np.testing.assert_allclose(binary[:, first], (1 / (1 + np.exp(-Z[:, first])) - labels[:, first]) / 5)
    many = by_tape(
        lambda Z: tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=Z))
    )
    np.testing.assert_allclose(many, (tf.nn.softmax(Z).numpy() - np.eye(3)[y]) / 5, atol=1e-16)
    numbers = by_tape(lambda Z: tf.reduce_mean(tf.square(Z - T)))
    np.testing.assert_allclose(numbers, 2 / (5 * 3) * (Z - T))


@pytest.mark.parametrize("layer_sizes", [[3, 2], [5, 4, 3, 6], [3, 3, 3, 3, 3]])
def test_the_solutions_of_the_lesson(layer_sizes):
    """The lesson's own functions agree with TensorFlow and among each other."""
    functions = solution_functions(FORMULAS.lesson)
    X, y, params = random_network(layer_sizes, m=6)
    P, cache = forward(X, params, output=functions["softmax"])
    Z, Y = cache[f"Z{len(layer_sizes) - 1}"], np.eye(layer_sizes[-1])[y]
    grads = functions["backward_softmax"](params, cache, y)
    expected = tensorflow_gradients(X, y, params)
    assert grads.keys() == expected.keys()
    for name, reference in expected.items():
        np.testing.assert_allclose(grads[name], reference, rtol=0, atol=1e-12 * np.abs(reference).max())
    np.testing.assert_allclose(np.exp(functions["log_softmax"](Z)), P)
    assert functions["cross_entropy"](Y, P) == pytest.approx(functions["sparse_cross_entropy"](y, P))
    dZ = functions["softmax_cross_entropy_gradient"](Z, y)
    by_rows = [-label / p @ functions["softmax_jacobian"](z) for label, p, z in zip(Y, P, Z, strict=True)]
    np.testing.assert_allclose(dZ, np.array(by_rows) / len(y), atol=1e-14)
    np.testing.assert_allclose(dZ.sum(axis=1), 0, atol=1e-15)


def test_every_displayed_formula_has_one_proof():
    FORMULAS.assert_each_has_one_proof()
