"""Every displayed formula of lesson 2, proved: with SymPy for small sizes, or with TensorFlow.

Each proof names the formula by a piece of its LaTeX.
"""

import numpy as np
import pytest
import sympy as sp

from tests.conftest import solution_functions
from tests.lessons.formulas import Formulas, is_zero, matrix, sigmoid
from utils.network import initialize
from utils.network import sigmoid as numpy_sigmoid
from utils.tensorflow import import_tensorflow

FORMULAS = Formulas("02_forward_propagation")
proves = FORMULAS.proves
M, N_IN, N_OUT = 4, 3, 2  # examples, inputs and units of the layer under the microscope


def keras_layer(W, b, activation):
    """Return Keras's Dense layer with these weights, float64."""
    layer = import_tensorflow().keras.layers.Dense(len(b), activation=activation, dtype="float64")
    layer.build((None, len(W)))
    layer.set_weights([W, b])
    return layer


@pytest.fixture
def layer():
    """Return `(A_prev, W, b)` of a layer, numbers."""
    rng = np.random.default_rng(4)
    return rng.normal(size=(M, N_IN)), rng.normal(size=(N_IN, N_OUT)), rng.normal(size=N_OUT)


@proves(r"z = \sum_{j=1}^{n} x_j\, w_j + b, \qquad a = g(z)")
def test_one_unit(layer):
    """A weighted sum, a bias and an activation are what Keras's Dense computes with one unit."""
    A, W, b = layer
    x, w = A[0], W[:, 0]
    z = sum(x[j] * w[j] for j in range(N_IN)) + b[0]
    keras = keras_layer(W[:, :1], b[:1], "tanh")
    np.testing.assert_allclose(np.tanh(z), keras(x[np.newaxis])[0, 0], rtol=1e-13)


@proves(r"z_k = \sum_{j} x_j\, W_{jk} + b_k, \qquad a_k = g(z_k)")
def test_one_example(layer):
    """Unit by unit, against Keras's Dense for one example."""
    A, W, b = layer
    x = A[0]
    z = np.array([sum(x[j] * W[j, k] for j in range(N_IN)) + b[k] for k in range(N_OUT)])
    np.testing.assert_allclose(numpy_sigmoid(z), keras_layer(W, b, "sigmoid")(x[np.newaxis])[0], rtol=1e-13)


@proves(r"Z_{ik} = \sum_{j} (A_{\text{prev}})_{ij}\, W_{jk} + b_k")
def test_one_entry():
    """The sum is the entry of the matrix product, plus the bias of the unit."""
    A, W, b = matrix("a", M, N_IN), matrix("w", N_IN, N_OUT), matrix("b", 1, N_OUT)
    Z = A * W + sp.ones(M, 1) * b
    for i in range(M):
        for k in range(N_OUT):
            assert is_zero(Z[i, k] - sum(A[i, j] * W[j, k] for j in range(N_IN)) - b[k])


@proves(r"+ \underset{(n_{\text{out}},)}{b}, \qquad \underset{(m,\,n_{\text{out}})}{A} = g(Z)")
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
def test_a_batch(layer, activation):
    """The product and the broadcast bias, against Keras's Dense for a batch, and the shapes."""
    tf = import_tensorflow()
    A, W, b = layer
    Z = A @ W + b
    assert Z.shape == (M, N_OUT)
    g = getattr(tf.keras.activations, activation)
    np.testing.assert_allclose(g(Z), keras_layer(W, b, activation)(A), rtol=1e-13)


@proves(r"A_0 = X, \qquad \underset{(m,\,n_l)}{Z_l}")
@pytest.mark.parametrize("layer_sizes", [[3, 1], [64, 25, 15, 1], [5, 4, 3, 2, 1]])
def test_layers_in_a_row(layer_sizes):
    """The recursion, against a Keras model with the same weights; every shape as displayed."""
    tf = import_tensorflow()
    X = np.random.default_rng(0).normal(size=(M, layer_sizes[0]))
    params = initialize(layer_sizes, seed=2)
    units = layer_sizes[1:]
    model = tf.keras.Sequential(
        [tf.keras.Input((layer_sizes[0],), dtype="float64")]
        + [tf.keras.layers.Dense(n, activation="sigmoid", dtype="float64") for n in units]
    )
    model.set_weights([params[f"{kind}{layer + 1}"] for layer in range(len(units)) for kind in "Wb"])
    A = X
    for layer, n_out in enumerate(units, start=1):
        assert params[f"W{layer}"].shape == (A.shape[1], n_out)
        assert params[f"b{layer}"].shape == (n_out,)
        A = numpy_sigmoid(A @ params[f"W{layer}"] + params[f"b{layer}"])
        assert A.shape == (M, n_out)
    np.testing.assert_allclose(A, model(X), rtol=1e-12)


@proves(r"= \underbrace{n_{l-1}\, n_l}_{\text{entries of } W_l}")
@pytest.mark.parametrize(("n_in", "n_out"), [(64, 25), (25, 15), (15, 1), (1, 1)])
def test_parameters_of_a_layer(n_in, n_out):
    """What Keras counts for one layer."""
    layer = import_tensorflow().keras.layers.Dense(n_out)
    layer.build((None, n_in))
    assert layer.count_params() == n_in * n_out + n_out


def test_the_network_of_the_lesson_has_as_many_parameters_as_its_arrays_have_entries():
    """2,031, the number that the course speaks of."""
    sizes = [64, 25, 15, 1]
    entries = sum(array.size for array in initialize(sizes, seed=0).values())
    assert solution_functions(FORMULAS.lesson)["count_parameters"](sizes) == entries == 2031


@proves(r"J = \frac{1}{m} \sum_{i=1}^{m} \ell_i")
def test_cost():
    """The mean loss is TensorFlow's cross-entropy of the logits."""
    tf = import_tensorflow()
    rng = np.random.default_rng(5)
    Z, Y = rng.normal(size=(M, 1)), rng.integers(2, size=(M, 1)).astype(float)
    a = 1 / (1 + np.exp(-Z))
    losses = -Y * np.log(a) - (1 - Y) * np.log(1 - a)
    expected = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=Y, logits=Z))
    assert losses.sum() / M == pytest.approx(float(expected), rel=1e-13)
    found = solution_functions(FORMULAS.lesson)["binary_cross_entropy"](Y, a)
    assert found == pytest.approx(float(expected), rel=1e-13)


@proves(r"\frac{\partial J}{\partial u}(w, w) = \frac{\partial J}{\partial v}(w, w)")
def test_equal_units_get_equal_gradients():
    """Two hidden units of a network: exchanging them changes nothing, and where equal their gradients are."""
    x, y, bias = sp.symbols("x y c", real=True)
    u, v, w = (sp.symbols(f"{unit}_in {unit}_b {unit}_out", real=True) for unit in "uvw")

    def cost(first, second):
        """Return the cost of a network of two hidden units, one input and one output."""
        z = bias + sum(out * sigmoid(x * into + b) for into, b, out in (first, second))
        return -y * sp.log(sigmoid(z)) - (1 - y) * sp.log(1 - sigmoid(z))

    J = cost(u, v)
    assert J.equals(cost(v, u))
    equal = dict(zip((*u, *v), (*w, *w), strict=True))
    for first, second in zip(u, v, strict=True):
        assert is_zero(sp.diff(J, first).subs(equal) - sp.diff(J, second).subs(equal))


@proves(r"\operatorname{Var}(z_k) = \sum_{j=1}^{n_{\text{in}}}")
def test_variance_of_a_pre_activation():
    """With a distribution that takes two values for each input and weight, every case added up."""
    v = sp.Symbol("v", positive=True)
    values = [sp.symbols("p q", real=True), sp.symbols("r s", real=True)]  # of each input, equally likely
    half = sp.Rational(1, 2)
    mean = mean_square = 0
    for a1 in values[0]:
        for a2 in values[1]:
            for w1 in (-sp.sqrt(v), sp.sqrt(v)):  # mean 0 and variance v
                for w2 in (-sp.sqrt(v), sp.sqrt(v)):
                    z = a1 * w1 + a2 * w2
                    mean, mean_square = mean + half**4 * z, mean_square + half**4 * z**2
    squares = [half * (first**2 + second**2) for first, second in values]
    assert is_zero(mean)
    assert is_zero(sp.expand(mean_square - sum(square * v for square in squares)))
    n_in = len(values)
    assert is_zero(sp.expand(mean_square - n_in * v * sum(squares) / n_in))


@proves(r"\frac{n_{\text{in}} + n_{\text{out}}}{2}\; v = 1")
def test_the_middle_of_both_ways():
    """The mean of the two factors is 1 for just this variance."""
    v, n_in, n_out = sp.symbols("v n_in n_out", positive=True)
    [found] = sp.solve(sp.Eq((n_in * v + n_out * v) / 2, 1), v)
    assert is_zero(found - 2 / (n_in + n_out))


@proves(r"v = \int_{-r}^{r} w^2\, \frac{1}{2r}\, dw = \frac{r^2}{3}")
def test_variance_of_a_uniform_draw():
    """The integral, and the limit that follows is the square root of 6 over the sum."""
    r, w, n_in, n_out = sp.symbols("r w n_in n_out", positive=True)
    density = 1 / (2 * r)
    assert is_zero(sp.integrate(density, (w, -r, r)) - 1)
    assert is_zero(sp.integrate(w * density, (w, -r, r)))
    variance = sp.integrate(w**2 * density, (w, -r, r))
    assert is_zero(variance - r**2 / 3)
    [limit] = sp.solve(sp.Eq(variance, 2 / (n_in + n_out)), r)
    assert is_zero(limit - sp.sqrt(6 / (n_in + n_out)))


@pytest.mark.parametrize(("n_in", "n_out"), [(64, 25), (25, 15), (15, 1), (3, 40)])
def test_the_limit_is_that_of_kerass_draws(n_in, n_out):
    """Keras draws up to the limit and never beyond, and so does the lesson's function."""
    tf = import_tensorflow()
    limit = np.sqrt(6 / (n_in + n_out))
    draw = tf.keras.initializers.GlorotUniform(tf.keras.random.SeedGenerator(1))
    times = 20_000 // (n_in * n_out)
    keras = np.abs([draw((n_in, n_out)).numpy() for _ in range(times)])
    rng, glorot_uniform = np.random.default_rng(1), solution_functions(FORMULAS.lesson)["glorot_uniform"]
    mine = np.abs([glorot_uniform(n_in, n_out, rng) for _ in range(times)])
    for draws in (keras, mine):
        assert 0.999 * limit < draws.max() <= limit * (1 + 1e-6)
        assert np.sqrt(np.mean(draws**2)) == pytest.approx(limit / np.sqrt(3), rel=0.02)


def test_every_displayed_formula_has_one_proof():
    FORMULAS.assert_each_has_one_proof()
