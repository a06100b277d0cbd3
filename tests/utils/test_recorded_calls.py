import importlib.util

import numpy as np

from utils import network
from utils.network import backward, forward, initialize, sigmoid
from utils.recorded_calls import recorded_calls


def test_calls_are_recorded_by_the_innermost_block_in_their_order():
    with recorded_calls() as outer:
        with recorded_calls() as inner:
            params = initialize([2, 1], 0)
            _, cache = forward(np.ones((1, 2)), params)
        with recorded_calls():
            sigmoid(0.0)
        backward(params, cache, np.ones((1, 1)))
    sigmoid(0.0)
    assert list(inner) == ["initialize", "forward", "sigmoid"]
    assert list(outer) == ["backward", "walk_back"]


def test_a_second_copy_of_the_networks_is_recorded_with_the_first():
    specification = importlib.util.spec_from_file_location("copied", network.__file__)
    copied = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(copied)
    with recorded_calls() as called:
        copied.sigmoid(0.0)
    assert list(called) == ["sigmoid"]
