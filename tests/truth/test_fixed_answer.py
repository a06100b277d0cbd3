"""The test to measure ours by: what it lets pass, and what it does not."""

import numpy as np
import pytest

from tests.truth.fixed_answer import STYLES, FixedAnswer, in_styles


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
    assert FixedAnswer(exercises["output_delta"]).accepts(function) is passes


@pytest.mark.parametrize(
    ("style", "function"),
    [
        ("one stored answer", lambda A, Y: (A - Y) / 12),
        ("learntools", lambda A, Y: (A - Y)[None] / len(Y)),
        ("Otter", lambda A, Y: np.round((A - Y) / len(Y), 9)),
    ],
)
def test_more_cases_and_shapes_let_less_pass(exercises, style, function):
    passed = [name for name, test in in_styles(exercises["output_delta"]).items() if test.accepts(function)]
    assert passed == list(STYLES)[: list(STYLES).index(style) + 1]


def test_tuples_and_dicts_are_compared_entry_by_entry(exercises, solution):
    for name in ("parameter_gradients", "backward"):
        fixed = FixedAnswer(exercises[name])
        assert fixed.accepts(solution[name])
        assert not fixed.accepts(lambda *arguments: {"dW1": 0})
