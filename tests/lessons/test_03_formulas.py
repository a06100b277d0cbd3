"""Every displayed formula of lesson 3, proved: with SymPy for small sizes, or with TensorFlow.

Each proof names the formula by a piece of its LaTeX.
"""

import numpy as np
import pytest
import sympy as sp

from tests.conftest import solution_functions
from tests.lessons.formulas import Formulas, gradient, is_zero, matrix, sigmoid
from utils.network import forward, initialize
from utils.tensorflow import import_tensorflow

FORMULAS = Formulas("03_backpropagation")
proves = FORMULAS.proves
M, N0, N1 = 3, 2, 2  # examples, inputs and outputs of the layer under the microscope


def through(G, Z):
    """Return a scalar whose derivative with respect to the matrix Z is the constant G.

    By the chain rule, a cost with dJ/dZ = G has the same derivative with respect to anything that
    acts on it through Z alone.
    """
    return sum(g * z for g, z in zip(G, Z, strict=True))


def random_network(layer_sizes, m):
    """Return `(X, Y, params)` with soft labels, float64."""
    rng = np.random.default_rng(7)
    X, Y = rng.normal(size=(m, layer_sizes[0])), rng.uniform(size=(m, 1))
    return X, Y, initialize(layer_sizes, seed=8)


def tensorflow_cost(X, Y, params):
    """Return the cost of the network with TensorFlow operations."""
    tf = import_tensorflow()
    A = X
    for layer in range(1, len(params) // 2 + 1):
        A = tf.sigmoid(A @ params[f"W{layer}"] + params[f"b{layer}"])
    return tf.reduce_mean(-Y * tf.math.log(A) - (1 - Y) * tf.math.log(1 - A))


def tensorflow_gradients(X, Y, params):
    """Return `(dX, grads)` of the cost by TensorFlow's tape."""
    tf = import_tensorflow()
    X, variables = tf.constant(X), {name: tf.constant(value) for name, value in params.items()}
    with tf.GradientTape() as tape:
        tape.watch([X, variables])
        J = tensorflow_cost(X, Y, variables)
    dX, found = tape.gradient(J, [X, variables])
    return dX.numpy(), {f"d{name}": value.numpy() for name, value in found.items()}


@proves(r"\sigma(Z_l), \qquad \sigma(z) = \frac{1}{1 + e^{-z}}")
def test_forward():
    """The forward pass of one layer, against TensorFlow's Dense layer."""
    tf = import_tensorflow()
    X, _, params = random_network([4, 3], m=5)
    layer = tf.keras.layers.Dense(3, activation="sigmoid", dtype="float64")
    layer.build((None, 4))
    layer.set_weights([params["W1"], params["b1"]])
    np.testing.assert_allclose(1 / (1 + np.exp(-(X @ params["W1"] + params["b1"]))), layer(X))


@proves(r"\ell_i = -\,y_i \log a_i")
def test_cost():
    """The cost is Keras's binary cross-entropy, averaged over the examples."""
    tf = import_tensorflow()
    X, Y, params = random_network([4, 3, 1], m=5)
    a, _ = forward(X, params)
    losses = -Y * np.log(a) - (1 - Y) * np.log(1 - a)
    keras = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    expected = keras(Y, np.log(a / (1 - a)))
    assert losses.mean() == pytest.approx(float(expected), rel=1e-6)  # Keras: float32


@proves(r"f(\theta \pm \varepsilon) = f(\theta) \pm")
def test_taylor_series():
    """The series of a step up and of a step down, for exp(2 theta), whose derivatives are powers of 2."""
    theta, eps = sp.symbols("theta varepsilon")
    f = sp.exp(2 * theta)
    for sign in (1, -1):
        series = sp.series(f.subs(theta, theta + sign * eps), eps, 0, 4).removeO()
        d1, d2, d3 = (sp.diff(f, theta, k) for k in (1, 2, 3))
        assert is_zero(series - (f + sign * eps * d1 + eps**2 / 2 * d2 + sign * eps**3 / 6 * d3))


@proves(r"\frac{\varepsilon}{2} f''(\theta) + \dots")
def test_one_sided_difference():
    """The error of the one-sided difference starts with eps f'' / 2."""
    theta, eps = sp.symbols("theta varepsilon")
    f = sp.Function("f")
    taylor = sum(sp.diff(f(theta), theta, k) * eps**k / sp.factorial(k) for k in range(5))
    quotient = sp.expand((taylor - f(theta)) / eps)
    assert is_zero(quotient.coeff(eps, 0) - sp.diff(f(theta), theta))
    assert is_zero(quotient.coeff(eps, 1) - sp.diff(f(theta), theta, 2) / 2)


@proves(r"\frac{\varepsilon^2}{6} f'''(\theta) + \dots")
def test_central_difference():
    """The error of the central difference starts with eps^2 f''' / 6."""
    theta, eps = sp.symbols("theta varepsilon")
    f = sp.Function("f")
    taylor = sum(sp.diff(f(theta), theta, k) * eps**k / sp.factorial(k) for k in range(6))
    quotient = sp.expand((taylor - taylor.subs(eps, -eps)) / (2 * eps))
    assert is_zero(quotient.coeff(eps, 0) - sp.diff(f(theta), theta))
    assert is_zero(quotient.coeff(eps, 1))
    assert is_zero(quotient.coeff(eps, 2) - sp.diff(f(theta), theta, 3) / 6)


@proves(r"s'(\theta) = \sigma(\theta)")
def test_softplus():
    """The derivative of s, and that s is the loss of an example with label 0."""
    theta = sp.symbols("theta", real=True)
    s = sp.log(1 + sp.exp(theta))
    assert is_zero(sp.diff(s, theta) - sigmoid(theta))
    loss = -sp.log(1 - sigmoid(theta))
    assert is_zero(sp.diff(loss - s, theta))
    assert is_zero((loss - s).subs(theta, 0))


@proves(r"\sqrt[3]{\frac{3\,u\,\lvert f \rvert}{\lvert f''' \rvert}}")
def test_best_step():
    """E' vanishes at the cube root, E is smallest there."""
    eps, u, f, f3 = sp.symbols("varepsilon u f f3", positive=True)
    error = eps**2 / 6 * f3 + u / eps * f
    best = sp.cbrt(3 * u * f / f3)
    assert is_zero(sp.diff(error, eps).subs(eps, best))
    assert sp.simplify(sp.diff(error, eps, 2)).is_positive


@pytest.fixture
def chain():
    """Return the quantities of the two-number network, each as a function of the one before."""
    x, w1, w2, z1, a1, z2, a2 = sp.symbols("x w1 w2 z1 a1 z2 a2", positive=True)
    steps = {z1: w1 * x, a1: sigmoid(z1), z2: w2 * a1, a2: sigmoid(z2)}
    return (x, w1, w2, z1, a1, z2, a2), steps, -sp.log(a2)


@proves(r"z_2 = w_2 a_1, \qquad a_2 = \sigma(z_2), \qquad \ell = -\log a_2")
def test_chain_forward(chain):
    """The loss of the two-number network is the binary cross-entropy for the label 1."""
    (x, w1, w2, *_), steps, loss = chain
    for variable in reversed(steps):
        loss = loss.subs(variable, steps[variable])
    a2 = sigmoid(w2 * sigmoid(w1 * x))
    y = 1
    assert is_zero(loss - (-y * sp.log(a2) - (1 - y) * sp.log(1 - a2)))


@proves(r"\frac{\partial a_2}{\partial z_2} = a_2 (1 - a_2), \quad \frac{\partial \ell}")
def test_local_derivatives(chain):
    """The five local derivatives."""
    (x, w1, w2, z1, a1, z2, a2), steps, loss = chain
    assert sp.diff(steps[z1], x) == w1
    assert is_zero(sp.diff(steps[a1], z1) - sigmoid(z1) * (1 - sigmoid(z1)))
    assert sp.diff(steps[z2], a1) == w2
    assert is_zero(sp.diff(steps[a2], z2) - sigmoid(z2) * (1 - sigmoid(z2)))
    assert sp.diff(loss, a2) == -1 / a2


@proves(r"\sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2}")
def test_derivative_of_the_sigmoid():
    """All four expressions are one."""
    z = sp.symbols("z", real=True)
    derivative = sp.diff(sigmoid(z), z)
    assert is_zero(derivative - sp.exp(-z) / (1 + sp.exp(-z)) ** 2)
    assert is_zero(derivative - 1 / (1 + sp.exp(-z)) * sp.exp(-z) / (1 + sp.exp(-z)))
    assert is_zero(derivative - sigmoid(z) * (1 - sigmoid(z)))


@proves(r"\quad\text{with}\quad \frac{\partial z_1}{\partial w_1} = x")
def test_chain_rule(chain):
    """The products of local derivatives are the derivatives of the composed loss."""
    (x, w1, w2, z1, a1, z2, a2), steps, loss = chain
    of_a1 = -sp.log(sigmoid(w2 * a1))
    da1 = sp.diff(loss, a2) * sp.diff(steps[a2], z2) * sp.diff(steps[z2], a1)
    da1 = da1.subs(a2, steps[a2]).subs(z2, steps[z2])
    assert is_zero(da1 - sp.diff(of_a1, a1))

    dw1 = da1 * sp.diff(steps[a1], z1) * sp.diff(steps[z1], w1)
    dw1 = dw1.subs(a1, steps[a1]).subs(z1, steps[z1])
    of_w1 = of_a1.subs(a1, sigmoid(w1 * x))
    assert is_zero(dw1 - sp.diff(of_w1, w1))


@proves(r"\frac{\partial \ell}{\partial p}\, v_1 + \frac{\partial \ell}{\partial q}\, v_2")
def test_paths_add():
    """The derivative along two paths, as a sum and as a row times a column."""
    a, v1, v2, p, q = sp.symbols("a v1 v2 p q", positive=True)
    loss = sp.log(1 + sp.exp(p)) * sp.sin(q) + q**2  # any loss that mixes the two
    here = {p: v1 * a, q: v2 * a}
    added = sp.diff(loss, p).subs(here) * v1 + sp.diff(loss, q).subs(here) * v2
    row = sp.Matrix([[sp.diff(loss, p), sp.diff(loss, q)]]).subs(here)
    assert is_zero(sp.diff(loss.subs(here), a) - added)
    assert is_zero((row * sp.Matrix([v1, v2]))[0] - added)


def binary_cross_entropy(Y, A):
    """Return the cost of symbolic columns."""
    losses = [-y * sp.log(a) - (1 - y) * sp.log(1 - a) for y, a in zip(Y, A, strict=True)]
    return sum(losses) / len(losses)


@proves(r"\frac{\partial J}{\partial a_i} = \frac{1}{m}")
def test_derivative_by_the_prediction():
    """Both forms of dJ/da_i."""
    A, Y = matrix("a", M, 1), matrix("y", M, 1)
    for a, y, found in zip(A, Y, gradient(binary_cross_entropy(Y, A), A), strict=True):
        assert is_zero(found - (-y / a + (1 - y) / (1 - a)) / M)
        assert is_zero(found - (a - y) / (a * (1 - a)) / M)


@proves(r"\frac{\partial J}{\partial z_i} = \frac{\partial J}{\partial a_i}")
def test_the_collapse():
    """Times a(1 - a), only a - y over m remains."""
    a, y, m = sp.symbols("a y m", positive=True)
    assert is_zero((a - y) / (a * (1 - a)) / m * a * (1 - a) - (a - y) / m)


@proves(r"\underset{(m,\,1)}{dZ_3} = \frac{1}{m} \bigl(")
def test_output_delta():
    """DJ/dZ3 of the whole batch."""
    Z, Y = matrix("z", M, 1), matrix("y", M, 1)
    A = Z.applyfunc(sigmoid)
    assert is_zero(gradient(binary_cross_entropy(Y, A), Z) - (A - Y) / M)


@pytest.fixture
def layer():
    """Return `(A, W, b, Z, G)` of a layer: Z = A W + b, and G stands for dJ/dZ."""
    A, W, b, G = matrix("a", M, N0), matrix("w", N0, N1), matrix("b", 1, N1), matrix("g", M, N1)
    return A, W, b, A * W + sp.ones(M, 1) * b, G


@proves(r"(Z_3)_{ik} = \sum_j (A_2)_{ij}\, (W_3)_{jk} + (b_3)_k")
def test_one_entry_of_z(layer):
    """The matrix product, entry by entry."""
    A, W, b, Z, _ = layer
    for i in range(M):
        for k in range(N1):
            assert is_zero(Z[i, k] - sum(A[i, j] * W[j, k] for j in range(N0)) - b[k])


@proves(r"= \sum_i (dZ_3)_{ik}\, (A_2)_{ij}")
def test_one_weight(layer):
    """The derivative by one weight sums over the examples."""
    A, W, _, Z, G = layer
    for j in range(N0):
        for k in range(N1):
            found = sp.diff(through(G, Z), W[j, k])
            by_paths = sum(G[i, c] * sp.diff(Z[i, c], W[j, k]) for i in range(M) for c in range(N1))
            assert is_zero(found - by_paths)
            assert is_zero(found - sum(G[i, k] * A[i, j] for i in range(M)))


@proves(r"\qquad \underset{(n_3,)}{db_3} = \sum_{i=1}^{m}")
def test_parameter_gradients(layer):
    """DW is A^T dZ and db the sum over the rows."""
    A, W, b, Z, G = layer
    assert is_zero(gradient(through(G, Z), W) - A.T * G)
    assert is_zero(gradient(through(G, Z), b) - sp.ones(1, M) * G)


@proves(r"= \sum_k (dZ_3)_{ik}\, (W_3)_{jk}")
def test_gradient_of_one_activation(layer):
    """The derivative by one activation sums over units."""
    A, W, _, Z, G = layer
    found = gradient(through(G, Z), A)
    for i in range(M):
        for j in range(N0):
            assert is_zero(found[i, j] - sum(G[i, k] * W[j, k] for k in range(N1)))


@proves(r"\frac{\partial J}{\partial (A_2)_{ij}}\; \sigma'")
def test_one_entry_through_the_sigmoid():
    """The sigmoid acts on each entry by itself."""
    Z, G = matrix("z", M, N0), matrix("g", M, N0)
    found = gradient(through(G, Z.applyfunc(sigmoid)), Z)
    for i in range(M):
        for j in range(N0):
            assert is_zero(found[i, j] - G[i, j] * sp.diff(sigmoid(Z[i, j]), Z[i, j]))


@proves(r"\underset{(m,\,n_2)}{dA_2} = \underbrace{dZ_3}_{(m,\,n_3)}")
def test_gradient_of_all_activations(layer):
    """All of them together are dZ W^T."""
    A, W, _, Z, G = layer
    assert is_zero(gradient(through(G, Z), A) - G * W.T)


@proves(r"\underset{(m,\,n_2)}{dZ_2} = \underset{(m,\,n_2)}{dA_2} \odot")
def test_hidden_delta():
    """Back through the weights and the sigmoid."""
    Z_hidden, W, G = matrix("z", M, N0), matrix("w", N0, N1), matrix("g", M, N1)
    A = Z_hidden.applyfunc(sigmoid)
    found = gradient(through(G, A * W), Z_hidden)
    dA = G * W.T
    slope = Z_hidden.applyfunc(lambda z: sp.diff(sigmoid(z), z))
    ones = sp.ones(M, N0)
    assert is_zero(found - dA.multiply_elementwise(slope))
    assert is_zero(found - dA.multiply_elementwise(A).multiply_elementwise(ones - A))


@proves(r"\begin{aligned} dZ_L &= \tfrac{1}{m} (A_L - Y)")
@pytest.mark.parametrize("layer_sizes", [[3, 1], [4, 3, 2, 1], [2, 2, 2, 2, 1]])
@pytest.mark.parametrize("m", [1, 6])
def test_recursion(layer_sizes, m):
    """The recursion as it is displayed, against TensorFlow's tape."""
    X, Y, params = random_network(layer_sizes, m)
    _, cache = forward(X, params)
    _, expected = tensorflow_gradients(X, Y, params)
    depth = len(layer_sizes) - 1
    dZ = (cache[f"A{depth}"] - Y) / m
    for layer in range(depth, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        np.testing.assert_allclose(A_prev.T @ dZ, expected[f"dW{layer}"], rtol=1e-10, atol=1e-15)
        np.testing.assert_allclose(dZ.sum(0), expected[f"db{layer}"], rtol=1e-10, atol=1e-15)
        dZ = (dZ @ params[f"W{layer}"].T) * A_prev * (1 - A_prev)


@proves(r"\frac{1}{m} \sum_{i=1}^{m} \frac{\partial \ell_i}{\partial W_l}")
def test_the_mean_of_the_gradients_is_the_gradient():
    """Differentiating is linear, so the mean may be taken before or after."""
    m = sp.Symbol("m", positive=True)
    w = sp.Symbol("w")
    losses = [sp.Function(f"loss_{i}")(w) for i in range(4)]
    whole = sp.diff(sum(losses) / m, w)
    assert is_zero(whole - sum(sp.diff(loss, w) for loss in losses) / m)


@proves(r"\frac{\partial \ell_i}{\partial b_l}} = \delta_{l,i}")
def test_gradient_of_one_example(layer):
    """A column times a row; delta is m times the example's row of dZ."""
    A, W, b, _, _ = layer
    delta = matrix("d", 1, N1)
    for i in range(M):
        loss = through(delta, A[i, :] * W + b)
        assert is_zero(gradient(loss, W) - A[i, :].T * delta)
        assert is_zero(gradient(loss, b) - delta)
    X, Y, params = random_network([3, 2, 1], m=4)
    A2, _ = forward(X, params)
    for i in range(4):
        alone = (A2[i] - Y[i]) / 1
        np.testing.assert_allclose(alone, 4 * ((A2 - Y) / 4)[i])


@proves(r"(u_i - \bar u)(v_i - \bar v)")
def test_mean_of_a_product():
    """The mean of a product is the product of the means plus the covariance."""
    u, v = matrix("u", M, 1), matrix("v", M, 1)
    u_mean, v_mean = sum(u) / M, sum(v) / M
    product = sum(x * y for x, y in zip(u, v, strict=True)) / M
    covariance = sum((x - u_mean) * (y - v_mean) for x, y in zip(u, v, strict=True)) / M
    assert is_zero(product - u_mean * v_mean - covariance)


@proves(r"\underset{(m,\,n_0)}{dX} =")
def test_input_gradient(layer):
    """The input has no sigmoid of its own."""
    X, W, _, Z, G = layer
    assert is_zero(gradient(through(G, Z), X) - G * W.T)


@proves(r"\sigma(z) (1 - \sigma(z)) \le \tfrac14")
def test_bound_of_the_sigmoids_derivative():
    """A quarter minus a(1 - a) is a square, and zero only at a = 1/2, where z = 0."""
    a, z = sp.symbols("a z", real=True)
    assert is_zero(sp.Rational(1, 4) - a * (1 - a) - (a - sp.Rational(1, 2)) ** 2)
    assert sp.solve(sp.Eq(sigmoid(z), sp.Rational(1, 2)), z) == [0]


def test_the_notation_of_other_courses():
    """The right column of the notation table gives the transposed results of the left one."""
    X, Y, params = random_network([4, 3, 2, 1], m=5)
    _, expected = tensorflow_gradients(X, Y, params)
    m, A, W = len(X), {0: X.T}, {}
    for layer in (1, 2, 3):
        W[layer], b = params[f"W{layer}"].T, params[f"b{layer}"][:, np.newaxis]
        A[layer] = 1 / (1 + np.exp(-(W[layer] @ A[layer - 1] + b)))
    dZ = A[3] - Y.T
    for layer in (3, 2, 1):
        np.testing.assert_allclose((dZ @ A[layer - 1].T / m).T, expected[f"dW{layer}"], rtol=1e-10)
        np.testing.assert_allclose(dZ.mean(axis=1), expected[f"db{layer}"], rtol=1e-10)
        dZ = (W[layer].T @ dZ) * A[layer - 1] * (1 - A[layer - 1])


@pytest.mark.parametrize("layer_sizes", [[3, 1], [5, 4, 3, 1], [3, 3, 3, 3, 1]])
def test_the_solutions_of_the_lesson(layer_sizes):
    """The lesson's own functions agree with TensorFlow and among each other."""
    functions = solution_functions(FORMULAS.lesson)
    X, Y, params = random_network(layer_sizes, m=6)
    _, cache = forward(X, params)
    dX, expected = tensorflow_gradients(X, Y, params)
    grads = functions["backward"](params, cache, Y)
    single = functions["per_example_gradients"](params, X, Y)
    assert grads.keys() == expected.keys() == single.keys()
    for name, reference in expected.items():
        near = 1e-12 * np.abs(reference).max()
        np.testing.assert_allclose(grads[name], reference, rtol=0, atol=near)
        np.testing.assert_allclose(single[name].mean(axis=0), reference, rtol=0, atol=near)
    np.testing.assert_allclose(
        functions["input_gradient"](params, cache, Y), dX, rtol=0, atol=1e-12 * np.abs(dX).max()
    )


@pytest.mark.parametrize("theta", [np.array(2), np.array([1.0, -2.0]), np.arange(6).reshape(2, 3)])
def test_the_numerical_gradient_of_the_lesson(theta):
    """Any shape, integers too, and the argument stays as it was."""
    before = theta.copy()
    found = solution_functions(FORMULAS.lesson)["numerical_gradient"](lambda t: float(np.sum(t**3)), theta)
    np.testing.assert_allclose(found, 3.0 * theta**2, rtol=1e-7, atol=1e-7)
    assert found.shape == theta.shape
    np.testing.assert_array_equal(theta, before)


def test_every_displayed_formula_has_one_proof():
    FORMULAS.assert_each_has_one_proof()
