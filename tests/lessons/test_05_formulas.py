"""Every displayed formula of lesson 5, proved: with SymPy for small sizes, or with TensorFlow and Keras.

Each proof names the formula by a piece of its LaTeX.
"""

import numpy as np
import pytest
import sympy as sp

from tests.conftest import solution_functions
from tests.lessons.formulas import Formulas, is_zero
from tests.lessons.keras_runs import keras_history, keras_steps
from utils.network import binary_cross_entropy, forward, initialize
from utils.tensorflow import import_tensorflow

FORMULAS = Formulas("05_matching_keras")
proves = FORMULAS.proves
ETA, EPSILON = sp.symbols("eta epsilon", positive=True)
BETA_1, BETA_2 = sp.symbols("beta_1 beta_2", positive=True)


def batch(m, n, seed=0):
    """Return examples `(m, n)` and soft labels `(m, 1)`."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, n)), rng.uniform(size=(m, 1))


def gradients(X, Y, params):
    """Return the gradients of the mean loss by TensorFlow's tape."""
    tf = import_tensorflow()
    variables = {name: tf.constant(value) for name, value in params.items()}
    with tf.GradientTape() as tape:
        tape.watch(variables)
        A = X
        for layer in range(1, len(params) // 2 + 1):
            A = tf.sigmoid(A @ variables[f"W{layer}"] + variables[f"b{layer}"])
        losses = -Y * tf.math.log(A) - (1 - Y) * tf.math.log(1 - A)
        J = tf.reduce_sum(losses) / len(X)
    return {name: value.numpy() for name, value in tape.gradient(J, variables).items()}


@proves(r"\theta \leftarrow \theta - \eta\, \frac{\partial J_B}{\partial \theta}")
@pytest.mark.parametrize("size", [1, 3, 7])
def test_one_step_with_a_batch(size):
    """One step of Keras with a batch is a step against the gradient of the batch's mean loss."""
    X, Y = batch(size, 4)
    params = initialize([4, 3, 1], seed=1)
    found, _ = keras_history(X, Y, params, 0.3, epochs=1, batch_size=size)
    for name, gradient in gradients(X, Y, params).items():
        np.testing.assert_allclose(found[name], params[name] - 0.3 * gradient, rtol=1e-12, atol=1e-14)


@proves(r"\texttt{loss} = \frac{1}{m} \sum_{b}")
def test_the_reported_loss():
    """What Keras reports for an epoch is the mean of the batch costs as they are met, by batch size."""
    X, Y = batch(8, 4)
    params = initialize([4, 3, 1], seed=1)
    _, (reported,) = keras_history(X, Y, params, 0.7, epochs=1, batch_size=3)
    total = 0.0
    for first in (0, 3, 6):
        rows = slice(first, first + 3)
        total += len(X[rows]) * binary_cross_entropy(Y[rows], forward(X[rows], params)[0])
        params = {n: params[n] - 0.7 * g for n, g in gradients(X[rows], Y[rows], params).items()}
    assert reported == pytest.approx(total / 8, rel=1e-12)


@proves(r"v_t = \beta_2\, v_{t-1} + (1 - \beta_2)\, g_t^2, \qquad m_0 = v_0 = 0")
def test_the_moments():
    """Keras's Adam keeps the two moments as the recursion has them."""
    rng = np.random.default_rng(0)
    m, v = np.zeros(4), np.zeros(4)
    steps = rng.normal(size=(5, 4))
    for g, (_, found_m, found_v) in zip(steps, keras_steps(np.zeros(4), steps, 0.9, 0.999), strict=True):
        m, v = 0.9 * m + (1 - 0.9) * g, 0.999 * v + (1 - 0.999) * g**2
        np.testing.assert_allclose(found_m, m, rtol=1e-12)
        np.testing.assert_allclose(found_v, v, rtol=1e-12)


@proves(r"= (1 - \beta_1^t)\, g")
@pytest.mark.parametrize("t", range(1, 7))
def test_equal_gradients(t):
    """With the same gradient in each step the recursion gives both forms."""
    g, m = sp.Symbol("g"), 0
    for _ in range(t):
        m = BETA_1 * m + (1 - BETA_1) * g
    assert is_zero(m - (1 - BETA_1) * sum(BETA_1**k for k in range(t)) * g)
    assert is_zero(m - (1 - BETA_1**t) * g)


@proves(r"\alpha_t = \eta\, \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}")
def test_adam():
    """Keras's Adam, with betas that it does not round."""
    rng = np.random.default_rng(0)
    theta, m, v = rng.normal(size=4), np.zeros(4), np.zeros(4)
    steps = rng.normal(size=(6, 4)) * 10.0 ** rng.uniform(-6, 0, size=(6, 4))
    found = keras_steps(theta, steps, 0.875, 0.9375, learning_rate=0.1, epsilon=1e-4)
    for t, (g, (after, _, _)) in enumerate(zip(steps, found, strict=True), start=1):
        m, v = 0.875 * m + 0.125 * g, 0.9375 * v + 0.0625 * g**2
        alpha = 0.1 * np.sqrt(1 - 0.9375**t) / (1 - 0.875**t)
        theta = theta - alpha * m / (np.sqrt(v) + 1e-4)
        np.testing.assert_allclose(after, theta, rtol=1e-12)


def alpha(t, beta_1, beta_2):
    return ETA * sp.sqrt(1 - beta_2**t) / (1 - beta_1**t)


@proves(r"\theta_1 - \theta_0 = -\eta\, \frac{g_1}{\lvert g_1 \rvert")
def test_the_first_step_of_adam():
    """The first step in closed form, and that it tends to the sign where epsilon does not count."""
    g = sp.Symbol("g", real=True, nonzero=True)
    q = sp.Symbol("q", positive=True)  # 1 - beta_2, which is positive
    m, v = (1 - BETA_1) * g, q * g**2
    step = -ETA * sp.sqrt(q) / (1 - BETA_1) * m / (sp.sqrt(v) + EPSILON)
    closed = -ETA * g / (sp.Abs(g) + EPSILON / sp.sqrt(q))
    assert is_zero(step - closed)
    assert is_zero(closed.subs(EPSILON, 0) + ETA * sp.sign(g))


@proves(r"\frac{\tilde\alpha_1}{\alpha_1}")
def test_the_ratio_of_the_step_sizes():
    """The first step size with rounded betas over the exact one."""
    rounded_1, rounded_2 = sp.symbols("r_1 r_2", positive=True)
    ratio = alpha(1, rounded_1, rounded_2) / alpha(1, BETA_1, BETA_2)
    claimed = sp.sqrt(1 - rounded_2) / sp.sqrt(1 - BETA_2) * (1 - BETA_1) / (1 - rounded_1)
    assert is_zero(ratio - claimed)


@pytest.mark.parametrize(("betas", "exact"), [((0.9, 0.999), False), ((0.5, 0.75), True)])
def test_keras_rounds_the_betas_in_the_step_size(betas, exact):
    """The claim of section 4.3: the measured ratio of the first steps is the predicted one."""
    g = np.array([0.3, -1.2, 0.01])
    ((moved, _, _),) = keras_steps(np.zeros(3), g[None], *betas, learning_rate=0.01)
    mine, _ = solution_functions("05_matching_keras")["adam_step"](
        {"W1": np.zeros(3)},
        {"dW1": g},
        {"t": 0, "m": {"W1": np.zeros(3)}, "v": {"W1": np.zeros(3)}},
        0.01,
        *betas,
    )
    beta_1, beta_2 = betas
    rounded_1, rounded_2 = (float(np.float32(beta)) for beta in betas)
    predicted = np.sqrt((1 - rounded_2) / (1 - beta_2)) * (1 - beta_1) / (1 - rounded_1)
    np.testing.assert_allclose(moved / mine["W1"], predicted, rtol=1e-12)
    assert (predicted == 1) == exact


@proves(r"\delta_{k+1} = \delta_k - \eta\, H\, \delta_k")
def test_a_difference_after_one_step():
    """Exact for a quadratic cost; any smooth cost is quadratic to the order that a tiny delta sees."""
    n = 3
    H = sp.Matrix(n, n, lambda i, j: sp.Symbol(f"h_{min(i, j)}_{max(i, j)}"))
    c, theta, delta = (sp.Matrix(n, 1, sp.symbols(f"{name}_:{n}")) for name in ("c", "theta", "delta"))

    def step(at):
        cost = ((theta.T * H * theta) / 2 + c.T * theta)[0]
        gradient = sp.Matrix([sp.diff(cost, entry) for entry in theta])
        return at - ETA * gradient.subs(dict(zip(theta, at, strict=True)), simultaneous=True)

    after = step(theta + delta) - step(theta)
    assert is_zero((after - (delta - ETA * H * delta)).expand())
    assert is_zero((after - (sp.eye(n) - ETA * H) * delta).expand())


@proves(r"\lvert 1 - \eta \lambda \rvert > 1")
def test_when_a_difference_grows():
    """The set of numbers eta lambda for which the factor is above 1 in size."""
    product = sp.Symbol("p", real=True)
    grows = sp.solveset(sp.Abs(1 - product) > 1, product, sp.S.Reals)
    assert grows == sp.Union(sp.Interval.open(-sp.oo, 0), sp.Interval.open(2, sp.oo))


@proves(r"x'_{ij} = \frac{x_{ij} - \mu_j}{s_j}")
def test_standardising():
    """Keras's Normalization layer, adapted to the training examples."""
    tf = import_tensorflow()
    X, _ = batch(9, 4)
    layer = tf.keras.layers.Normalization(dtype="float64")
    layer.adapt(X)
    mean = X.sum(axis=0) / len(X)
    deviation = np.sqrt(((X - mean) ** 2).sum(axis=0) / len(X))
    np.testing.assert_allclose((X - mean) / deviation, layer(X).numpy(), rtol=1e-5)  # it keeps float32


@proves(r"g(z) = \begin{cases}")
@pytest.mark.parametrize("slope", [0.0, 0.25, 1.0, 2.5])
def test_leaky_relu(slope):
    """TensorFlow's leaky ReLU and its derivative, at 0 too; the slopes are exact in float32."""
    tf = import_tensorflow()
    Z = tf.constant([-2.0, -0.5, 0.0, 0.5, 3.0], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(Z)
        A = tf.nn.leaky_relu(Z, slope)
    z = Z.numpy()
    np.testing.assert_array_equal(A, np.where(z > 0, z, slope * z))
    np.testing.assert_array_equal(tape.gradient(A, Z), np.where(z > 0, 1, slope))


@proves(r"\underset{(n_{l-1},\,n_l)}{dW_l}")
def test_the_backward_pass_of_a_layer():
    """One layer in the middle of a network, against TensorFlow's tape."""
    tf = import_tensorflow()
    rng = np.random.default_rng(0)
    A_prev, W, b, dA = (tf.constant(rng.normal(size=shape)) for shape in ((6, 4), (4, 3), (3,), (6, 3)))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([A_prev, W, b])
        Z = A_prev @ W + b
        J = tf.reduce_sum(dA * tf.tanh(Z))  # a cost with dJ/dA = dA
    dZ = dA.numpy() * (1 - np.tanh(Z.numpy()) ** 2)
    np.testing.assert_allclose(tape.gradient(J, Z), dZ, rtol=1e-12)
    np.testing.assert_allclose(tape.gradient(J, W), A_prev.numpy().T @ dZ, rtol=1e-12)
    np.testing.assert_allclose(tape.gradient(J, b), dZ.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(tape.gradient(J, A_prev), dZ @ W.numpy().T, rtol=1e-12)


@proves(r"\Bigl( \theta - \eta\, \frac{\partial \ell_i}{\partial \theta} \Bigr)")
def test_the_mean_of_the_steps_is_the_step_of_the_mean():
    """Differentiating and averaging are linear."""
    theta, m = sp.Symbol("theta"), 4
    losses = [sp.Function(f"loss_{i}")(theta) for i in range(m)]
    steps = [theta - ETA * sp.diff(loss, theta) for loss in losses]
    assert is_zero(sp.expand(sum(steps) / m - (theta - ETA * sp.diff(sum(losses) / m, theta))))


def test_every_displayed_formula_has_one_proof():
    FORMULAS.assert_each_has_one_proof()
