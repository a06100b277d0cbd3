"""What the lessons say about Keras's cross-entropies: where it finds the logits, and where it clips."""

import numpy as np
import pytest

from tests.lessons.keras_runs import float64
from utils.tensorflow import import_tensorflow

LOGITS = np.array([[0.0, 40.0]])  # class 0 is right
CLIPPED = 16.2  # an upper bound of what is left of a loss of 40


def in_fit(*after, activation=None, dtype="float32", units=2, loss_dtype="float32"):
    """Return `(loss, gradient)` of the logits in a network that ends in the `activation` or in `after`."""
    keras = import_tensorflow().keras
    logits = LOGITS[:, -units:]
    first = keras.layers.Dense(units, activation, use_bias=False, dtype=dtype)
    model = keras.Sequential([keras.Input((1,)), first, *after])
    losses = keras.losses
    loss = (losses.BinaryCrossentropy if units == 1 else losses.SparseCategoricalCrossentropy)(
        dtype=loss_dtype
    )
    model.compile(loss=loss, optimizer=keras.optimizers.SGD(1.0))
    first.set_weights([logits])
    example = np.ones((1, 1)), np.zeros((1, 1))
    found = model.evaluate(*example, verbose=0)
    model.fit(*example, verbose=0)
    return found, (logits - first.get_weights()[0])[0]


def layer(name, *arguments):
    return getattr(import_tensorflow().keras.layers, name)(*arguments, dtype="float32")


FOUND = {
    "activation softmax": lambda tf: in_fit(activation="softmax"),
    "tf.nn.softmax": lambda tf: in_fit(activation=tf.nn.softmax),
    "layer Softmax": lambda tf: in_fit(layer("Softmax")),
    "activation sigmoid": lambda tf: in_fit(activation="sigmoid", units=1),
    "tf.sigmoid": lambda tf: in_fit(activation=tf.sigmoid, units=1),
    "all in float64": lambda tf: in_fit(activation="softmax", dtype="float64", loss_dtype="float64"),
}
LOST = {
    "an operation between": lambda tf: in_fit(layer("Rescaling", 1.0), activation="softmax"),
    "after a sigmoid": lambda tf: in_fit(layer("Rescaling", 1.0), activation="sigmoid", units=1),
    "layers in float64": lambda tf: in_fit(activation="softmax", dtype="float64"),
    "loss in float64": lambda tf: in_fit(activation="softmax", loss_dtype="float64"),
}


@pytest.mark.parametrize("name", FOUND)
def test_fit_finds_the_logits(name):
    loss, gradient = FOUND[name](import_tensorflow())
    assert loss == pytest.approx(40)
    np.testing.assert_allclose(gradient, [-1, 1][-len(gradient) :], atol=1e-6)


@pytest.mark.parametrize("name", LOST)
def test_fit_clips_where_it_does_not_find_them(name):
    loss, gradient = LOST[name](import_tensorflow())
    assert loss < CLIPPED
    np.testing.assert_array_equal(gradient, 0)


@pytest.mark.parametrize("graph", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_bare_function_leaves_a_trail_in_a_graph_only(graph, dtype):
    tf = import_tensorflow()

    def loss_and_gradient(output, cost, label, logits):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            loss = cost(label, output(logits))
        return loss[0], tape.gradient(loss, logits)[0]

    run = tf.function(loss_and_gradient) if graph else loss_and_gradient
    losses = tf.keras.losses
    for output, cost, label, logits in (
        (tf.sigmoid, losses.binary_crossentropy, np.zeros((1, 1), dtype), LOGITS[:, 1:]),
        (tf.nn.softmax, losses.sparse_categorical_crossentropy, [0], LOGITS),
    ):
        loss, gradient = run(output, cost, tf.constant(label), tf.constant(logits, dtype))
        assert (float(loss) == pytest.approx(40)) if graph else (float(loss) < CLIPPED)
        assert np.abs(gradient).max() == pytest.approx(float(graph))


@pytest.mark.parametrize("floatx", ["float32", "float64"])
def test_plain_arrays_are_clipped_whatever_the_number_format(floatx):
    keras = import_tensorflow().keras
    f = 1 / (1 + np.exp(-np.array([40.0])))

    def loss():
        return float(keras.losses.binary_crossentropy(np.array([0.0]), f))

    if floatx == "float64":
        with float64():
            assert loss() < CLIPPED
    else:
        assert loss() < CLIPPED
    assert keras.config.floatx() == "float32"
