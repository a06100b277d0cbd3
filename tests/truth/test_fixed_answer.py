"""The test to measure ours by: what it lets pass, and what it does not."""

import numpy as np
import pytest

from grader.learner.call import call
from tests.truth.fixed_answer import FixedAnswer


@pytest.mark.parametrize(
    ("passes", "function"),
    [
        (True, lambda A, Y: (A - Y) / len(Y)),
        (True, lambda A, Y: (A - Y) / 12),
        (True, lambda A, Y: np.float32((A - Y) / len(Y))[None]),
        (True, lambda A, Y: np.divide(np.subtract(A, Y, out=A), len(Y), out=A)),
        (False, lambda A, Y: A - Y),
        (False, lambda A, Y: A @ Y),
        (False, lambda A, Y: None),
    ],
)
def test_one_case_and_allclose(exercises, passes, function):
    fixed = FixedAnswer(exercises["output_delta"])
    assert fixed.accepts(call(function, fixed.arguments)) is passes


def test_tuples_and_dicts_are_compared_entry_by_entry(exercises, solution):
    for name in ("parameter_gradients", "backward"):
        fixed = FixedAnswer(exercises[name])
        assert fixed.accepts(call(solution[name], fixed.arguments))
        assert not fixed.accepts(call(lambda *arguments: {"dW1": 0}, fixed.arguments))
