"""Lesson 7: references against Keras itself, how answers are read, layers in any order."""

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.references import SHIPPED
from grader.judge import judge_function
from grader.lessons.list_of_layers.backward_layers import read_gradients
from grader.lessons.list_of_layers.fit_layers import read_training
from grader.lessons.list_of_layers.forward_layers import read_activations
from tests.conftest import solution_functions
from tests.lessons.keras_runs import float64
from utils.tensorflow import import_tensorflow

LESSON = "07_list_of_layers"
EXERCISES = lessons.load(LESSON).exercises


@pytest.fixture(scope="module")
def functions():
    """The lesson's own solution: `{name: function}`."""
    return solution_functions(LESSON)


def keras_training(X, Y, layers, learning_rate, epochs, batch_size):
    """Return `(weights, losses)` after `keras.Model.fit(shuffle=False)` with the mean squared error."""
    keras = import_tensorflow().keras
    with float64():
        model = keras.Sequential([keras.Input((X.shape[1],)), *(_keras_layer(keras, one) for one in layers)])
        model.set_weights([layer[name] for layer in layers for name in "Wb" if name in layer])
        model.compile(loss="mse", optimizer=keras.optimizers.SGD(learning_rate))
        how = {"epochs": epochs, "batch_size": batch_size, "shuffle": False, "verbose": 0}
        done = model.fit(X.astype(float), Y.astype(float), **how)
        return model.get_weights(), done.history["loss"]


def _keras_layer(keras, layer):
    if layer["type"] == "dense":
        return keras.layers.Dense(len(layer["b"]))
    if layer["type"] == "sigmoid":
        return keras.layers.Activation("sigmoid")
    return keras.layers.LeakyReLU(negative_slope=layer["slope"])


SLOPE_ROUNDED = 1e-6  # Keras keeps the slope of a leaky ReLU as a float32


@pytest.mark.parametrize("referenced", SHIPPED.of(EXERCISES["fit_layers"]), ids=lambda r: r.case.label)
def test_the_reference_of_fit_layers_is_what_keras_does(referenced):
    X, Y, layers, *others = referenced.case.arguments
    slopes = [layer["slope"] for layer in layers if "slope" in layer]
    exact = all(float(np.float32(slope)) == slope for slope in slopes)
    weights, losses = keras_training(X, Y, layers, *others)
    tolerance = 1e-12 if exact else SLOPE_ROUNDED
    np.testing.assert_allclose(referenced.want["history"], losses, rtol=tolerance)
    places = [f"layers[{i}]['{n}']" for i, layer in enumerate(layers) for n in "Wb" if n in layer]
    for place, value in zip(places, weights, strict=True):
        np.testing.assert_allclose(referenced.want[place], value, rtol=tolerance, atol=tolerance)


def test_answers_are_read_by_their_places():
    one, two = np.ones(1), np.ones(2)
    assert list(read_activations([one, two])) == ["activations[0]", "activations[1]"]
    read = read_gradients(([{"dW": one}, {}, {"dW": one}], two))
    assert list(read) == ["grads[2]", "grads[0]", "dX", "grads[1]"]  # in the order of the derivation
    read = read_training(([{"slope": 0.5, "type": "leaky_relu"}], [1.0]))
    assert list(read) == ["layers[0]['slope']", "history", "layers[0] is leaky_relu"]


@pytest.mark.parametrize("answer", [None, 3.0, np.ones(2), (1, 2, 3), ("a", one := np.ones(1)), ([one], one)])
def test_what_is_no_such_list_stays_as_it_is(answer):
    assert answer is None or read_training(answer) is answer


@pytest.mark.parametrize("name", EXERCISES)
@pytest.mark.parametrize(
    "answer", [None, [], (), [[]], ([], []), ([None], 1.0), ([{}], [{}]), "text", {"a": 1}]
)
def test_no_other_answer_is_right(name, answer):
    assert judge_function(EXERCISES[name], lambda *arguments: answer).status != "correct"


def test_a_dict_too_few_is_wrong(functions):
    def shortened(layers, activations, dA):
        grads, dX = functions["backward_layers"](layers, activations, dA)
        return [entry for entry in grads if entry], dX

    verdict = judge_function(EXERCISES["backward_layers"], shortened)
    assert verdict.diagnosis == ("wrong-keys",)


def test_a_layer_of_another_type_is_wrong(functions):
    def renamed(*arguments):
        layers, history = functions["fit_layers"](*arguments)
        return [{**layer, "type": "dense"} for layer in layers], history

    assert judge_function(EXERCISES["fit_layers"], renamed).status == "incorrect"
