"""A verdict that the tests of this folder look at."""

import pytest

from grader.judge import judge_function


@pytest.fixture
def wrong(exercises):
    def hidden_delta(dZ_next, W_next, A):
        print("<script>alert(1)</script>")
        return dZ_next @ W_next.T

    return judge_function(exercises["hidden_delta"], hidden_delta)
