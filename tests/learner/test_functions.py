import numpy as np
import pytest

from grader.learner.functions import ACTIVATIONS, FUNCTIONS, PROGRAMS, Activation, Cubic, NetworkCost, Program
from utils.network import binary_cross_entropy, forward, initialize


def test_a_cubic_is_a_sum_over_entries_plus_a_squared_sum():
    f = Cubic(*(np.array([value, value + 1]) for value in (1.0, 2.0, 3.0, 4.0)))
    t = np.array([2.0, -1.0])
    separate = (1 * 2 + 2 * 4 + 3 * 8) + (2 * -1 + 3 * 1 + 4 * -1)
    assert f(t) == separate + (4 * 2 + 5 * -1) ** 2


def test_a_network_cost_replaces_one_parameter():
    params, rng = initialize([3, 2, 1], seed=1), np.random.default_rng(2)
    X, Y = rng.normal(size=(4, 3)), rng.integers(0, 2, size=(4, 1))
    f = NetworkCost(params, X, Y, "W1")
    assert f(params["W1"]) == binary_cross_entropy(Y, forward(X, params)[0])
    zero = {**params, "W1": np.zeros((3, 2))}
    assert f(np.zeros((3, 2))) == binary_cross_entropy(Y, forward(X, zero)[0])


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 1)])
def test_another_shape_is_refused_rather_than_broadcast(shape):
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        Cubic(*(np.ones(2),) * 4)(np.ones(shape))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_takes_numbers_and_arrays(name):
    f, z = Activation(name), np.array([[-2.0, 0.0], [0.5, 3.0]])
    assert np.shape(f(1.0)) == ()
    assert f(z).shape == z.shape
    assert f(z)[1, 0] == f(0.5)


def test_functions_are_known_by_the_names_of_their_types():
    kinds = (Cubic, NetworkCost, Activation, Program)
    assert {kind.__name__: kind for kind in kinds} == FUNCTIONS
    assert all(callable(Program(name)) for name in PROGRAMS)
