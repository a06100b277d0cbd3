"""Every displayed formula of lesson 1, proved: with SymPy for small sizes, or with TensorFlow.

Each proof names the formula by a piece of its LaTeX.
"""

import numpy as np
import pytest
import sympy as sp

from tests.conftest import solution_functions
from tests.lessons.formulas import Formulas, gradient, is_zero, matrix, sigmoid
from utils.tensorflow import import_tensorflow

FORMULAS = Formulas("01_logistic_regression")
proves = FORMULAS.proves
M, N = 3, 2  # examples and features under the microscope


def batch(m=6, n=4):
    """Return `(X, y, w, b)` with soft labels, float64."""
    rng = np.random.default_rng(7)
    return rng.normal(size=(m, n)), rng.uniform(size=m), rng.normal(size=n), 0.6


def tensorflow_losses(z, y):
    """Return the loss of each example as TensorFlow has it, from the scores."""
    tf = import_tensorflow()
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.constant(y), logits=tf.constant(z)).numpy()


def loss(f, y):
    """Return the loss of one example, as a SymPy expression."""
    return -y * sp.log(f) - (1 - y) * sp.log(1 - f)


@pytest.fixture
def model():
    """Return `(X, y, w, b, Z)` of a symbolic batch."""
    X, y, w = matrix("x", M, N), matrix("y", M, 1), matrix("w", N, 1)
    b = sp.Symbol("b", positive=True)
    return X, y, w, b, X * w + b * sp.ones(M, 1)


@proves(r"x_{i1} w_1 + x_{i2} w_2 + \dots")
def test_model():
    """The model is a Keras layer with one sigmoid unit."""
    tf = import_tensorflow()
    X, _, w, b = batch()
    layer = tf.keras.layers.Dense(1, activation="sigmoid", dtype="float64")
    layer.build((None, 4))
    layer.set_weights([w[:, np.newaxis], np.array([b])])
    for row, expected in zip(X, layer(X).numpy()[:, 0], strict=True):
        z = sum(x * weight for x, weight in zip(row, w, strict=True)) + b
        assert 1 / (1 + np.exp(-z)) == pytest.approx(expected, rel=1e-12)


@proves(r"z = \log \frac{f}{1 - f}")
def test_logit():
    """The logarithm of the odds undoes the sigmoid."""
    z = sp.Symbol("z", real=True)
    odds = sp.simplify(sigmoid(z) / (1 - sigmoid(z)))
    assert is_zero(sp.log(odds) - z)


@proves(r"\frac{1}{1 + e^{-z}} = \frac{e^z}{1 + e^z}")
def test_two_forms_of_the_sigmoid():
    z = sp.Symbol("z", real=True)
    assert is_zero(sigmoid(z) - sp.exp(z) / (1 + sp.exp(z)))


@proves(r"\underset{(m,)}{z} = \underset{(m,\,n)}{X}")
def test_all_scores_at_once():
    """The matrix product has the sums of the single examples, in the shape (m,)."""
    tf = import_tensorflow()
    X, _, w, b = batch()
    scores = X @ w + b
    assert scores.shape == (6,)
    np.testing.assert_allclose(scores, tf.linalg.matvec(X, w).numpy() + b, rtol=1e-12)


@proves(r"\begin{cases} -\log f & \text{if } y = 1")
@pytest.mark.parametrize("label", [0.0, 1.0])
def test_loss_of_either_label(label):
    """Minus the logarithm of the probability of the true label is TensorFlow's cross-entropy."""
    z = np.linspace(-6, 6, 25)
    f = 1 / (1 + np.exp(-z))
    expected = tensorflow_losses(z, np.full(25, label))
    np.testing.assert_allclose(-np.log(f if label == 1 else 1 - f), expected, rtol=1e-10)


@proves(r"\ell_i = -\,y_i \log f_i")
def test_loss():
    """One formula for both labels, and for soft ones the two losses in proportion."""
    f, y = sp.symbols("f y", positive=True)
    assert is_zero(loss(f, y).subs(y, 1) + sp.log(f))
    assert is_zero(loss(f, y).subs(y, 0) + sp.log(1 - f))
    z, labels = np.linspace(-6, 6, 25), np.linspace(0, 1, 25)
    found = sp.lambdify((f, y), loss(f, y))(1 / (1 + np.exp(-z)), labels)
    np.testing.assert_allclose(found, tensorflow_losses(z, labels), rtol=1e-10)


@proves(r"J(w, b) = \frac{1}{m} \sum_{i=1}^{m} \ell_i")
def test_cost():
    """The cost is Keras's binary cross-entropy, its reduction included."""
    tf = import_tensorflow()
    X, y, w, b = batch()
    z = X @ w + b
    keras = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    expected = float(keras(y[:, np.newaxis], z[:, np.newaxis]))  # float32
    assert tensorflow_losses(z, y).sum() / len(y) == pytest.approx(expected, rel=1e-6)


@proves(r"e^{-J} = \Bigl( \prod_{i=1}^{m} p_i \Bigr)^{1/m}")
def test_what_the_cost_measures():
    """The geometric mean of the probabilities of the truth."""
    p = matrix("p", M, 1)
    J = sum(-sp.log(each) for each in p) / M
    assert is_zero(sp.expand_log(-J - sp.log(sp.prod(p)) / M, force=True))


@proves(r"J\Bigl( \frac{\theta + \varphi}{2} \Bigr) \le \frac{J(\theta) + J(\varphi)}{2}")
def test_convexity(model):
    """Along any line a loss bends upwards, by f(1 - f) times a square; the squared error does not always."""
    X, y, w, b, _ = model
    t, v, u = sp.Symbol("t", real=True), matrix("v", N, 1), sp.Symbol("u", real=True)
    z = (X[0, :] * (w + t * v))[0] + b + t * u
    from_scores = sp.log(1 + sp.exp(z)) - y[0] * z
    square = ((X[0, :] * v)[0] + u) ** 2
    f = sigmoid(z)
    assert is_zero(sp.diff(from_scores, t, 2) - f * (1 - f) * square)

    score = sp.Symbol("z", real=True)
    bend = sp.diff((sigmoid(score) - 1) ** 2, score, 2)
    assert bend.subs(score, -3) < 0 < bend.subs(score, 1)


@proves(r"= \log (1 + e^z) - y z")
def test_loss_from_the_score():
    """Both forms are the loss of f."""
    z, y = sp.symbols("z y", real=True)
    of_f = loss(sigmoid(z), y)
    long = -y * (z - sp.log(1 + sp.exp(z))) + (1 - y) * sp.log(1 + sp.exp(z))
    short = sp.log(1 + sp.exp(z)) - y * z
    assert is_zero(sp.expand(long - short))
    assert is_zero(sp.diff(of_f - short, z))
    assert is_zero((of_f - short).subs(z, 0))
    assert is_zero(sp.diff(sp.log(sigmoid(z)) - z + sp.log(1 + sp.exp(z)), z))
    assert is_zero(sp.diff(sp.log(1 - sigmoid(z)) + sp.log(1 + sp.exp(z)), z))


@proves(r"\log \bigl( e^z (e^{-z} + 1) \bigr) = z + \log (1 + e^{-z})")
def test_the_large_factor_taken_out():
    z = sp.Symbol("z", real=True)
    assert is_zero(sp.exp(z) * (sp.exp(-z) + 1) - (1 + sp.exp(z)))
    difference = sp.log(1 + sp.exp(z)) - z - sp.log(1 + sp.exp(-z))
    assert is_zero(sp.diff(difference, z))
    assert difference.subs(z, 0) == 0


@proves(r"\frac{\partial \ell}{\partial f} = -\frac{y}{f} + \frac{1 - y}{1 - f}")
def test_derivative_by_the_prediction():
    f, y = sp.symbols("f y", positive=True)
    assert is_zero(sp.diff(loss(f, y), f) - (-y / f + (1 - y) / (1 - f)))
    assert is_zero(sp.diff(loss(f, y), f) - (f - y) / (f * (1 - f)))


@proves(r"\frac{\partial f}{\partial z} = \frac{e^{-z}}{(1 + e^{-z})^2}")
def test_derivative_of_the_sigmoid():
    """All the expressions are one."""
    z = sp.Symbol("z", real=True)
    slope = sp.diff(sigmoid(z), z)
    assert is_zero(slope - sp.exp(-z) / (1 + sp.exp(-z)) ** 2)
    assert is_zero(slope - 1 / (1 + sp.exp(-z)) * sp.exp(-z) / (1 + sp.exp(-z)))
    assert is_zero(slope - sigmoid(z) * (1 - sigmoid(z)))


@proves(r"\frac{f - y}{f\,(1 - f)} \cdot f\,(1 - f) = f - y")
def test_the_collapse():
    """The derivative of the loss by the score."""
    z, y = sp.symbols("z y", real=True)
    assert is_zero(sp.diff(loss(sigmoid(z), y), z) - (sigmoid(z) - y))


@proves(r"\frac{\partial}{\partial z} (f - y)^2")
def test_squared_error():
    z, y = sp.symbols("z y", real=True)
    f = sigmoid(z)
    assert is_zero(sp.diff((f - y) ** 2, z) - 2 * (f - y) * f * (1 - f))


@proves(r"\frac{\partial z_i}{\partial w_j} = x_{ij}")
def test_derivatives_of_a_score(model):
    X, _, w, b, Z = model
    for i in range(M):
        assert sp.diff(Z[i], b) == 1
        for j in range(N):
            assert sp.diff(Z[i], w[j]) == X[i, j]


@proves(r"\frac{\partial J}{\partial w_j} = \frac{1}{m} \sum_{i=1}^{m} (f_i - y_i)\, x_{ij}")
def test_gradient(model):
    """The sums, against the derivatives of the mean loss."""
    X, y, w, b, Z = model
    F = Z.applyfunc(sigmoid)
    J = sum(loss(F[i], y[i]) for i in range(M)) / M
    for j, found in enumerate(gradient(J, w)):
        assert is_zero(found - sum((F[i] - y[i]) * X[i, j] for i in range(M)) / M)
    assert is_zero(sp.diff(J, b) - sum(F[i] - y[i] for i in range(M)) / M)


@proves(r"w \leftarrow w - \eta\, dw, \qquad b \leftarrow b - \eta\, db")
def test_update():
    """A step is a step of Keras's SGD."""
    tf = import_tensorflow()
    X, y, w, b = batch()
    variables = [tf.Variable(w), tf.Variable(b, dtype=tf.float64)]
    with tf.GradientTape() as tape:
        z = tf.linalg.matvec(tf.constant(X), variables[0]) + variables[1]
        J = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.constant(y), logits=z))
    slopes = tape.gradient(J, variables)
    expected = [start - 0.25 * slope.numpy() for start, slope in zip((w, b), slopes, strict=True)]
    tf.keras.optimizers.SGD(0.25).apply_gradients(zip(slopes, variables, strict=True))
    for variable, value in zip(variables, expected, strict=True):
        np.testing.assert_allclose(variable.numpy(), value, rtol=1e-12)


@proves(r"f = \tfrac12 \iff z = 0")
def test_boundary():
    """The sigmoid is one half at 0, and nowhere else since it grows."""
    z = sp.Symbol("z", real=True)
    assert sp.solve(sp.Eq(sigmoid(z), sp.Rational(1, 2)), z) == [0]


@proves(r"\theta_{\text{new}} - \theta^* = \theta - \eta\, c\, (\theta - \theta^*) - \theta^*")
def test_step_on_a_parabola():
    """A step multiplies the distance by 1 - eta c; at 2/c it only changes its sign."""
    theta, best, eta, c, lowest = sp.symbols("theta best eta c lowest", positive=True)
    J = lowest + c / 2 * (theta - best) ** 2
    new = theta - eta * sp.diff(J, theta)
    assert is_zero(new - best - (theta - eta * c * (theta - best) - best))
    assert is_zero(new - best - (1 - eta * c) * (theta - best))
    assert is_zero((new - best).subs(eta, 2 / c) + (theta - best))


def test_the_gradient_of_the_lesson_is_that_of_tensorflow():
    """At several sizes, the lesson's own functions."""
    tf = import_tensorflow()
    functions = solution_functions(FORMULAS.lesson)
    for m, n in ((1, 1), (5, 3), (4, 4)):
        X, y, w, b = batch(m, n)
        variables = [tf.constant(w), tf.constant(b, tf.float64)]
        with tf.GradientTape() as tape:
            tape.watch(variables)
            z = tf.linalg.matvec(tf.constant(X), variables[0]) + variables[1]
            J = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.constant(y), logits=z))
        expected = tape.gradient(J, variables)
        dw, db = functions["gradient"](X, y, w, b)
        np.testing.assert_allclose(dw, expected[0].numpy(), rtol=1e-12, atol=1e-15)
        assert db == pytest.approx(float(expected[1]), rel=1e-12)
        assert functions["cost"](X, y, w, b) == pytest.approx(float(J), rel=1e-12)


def test_every_displayed_formula_has_one_proof():
    FORMULAS.assert_each_has_one_proof()
