import numpy as np
import pytest

from grader.isolation.process import ProcessEnded
from grader.isolation.replies import MALFORMED, decode_outcome, decode_raised, decode_syntax_error

REPLY = {
    "value": 1.5,
    "arguments": (None, 2.0),
    "raised": None,
    "timed_out": False,
    "forbidden": "",
    "printed": "hi",
    "warned": [],
    "takes_array_as_number": False,
    "called": [],
    "seconds": 99.0,
}


def test_functions_and_the_time_are_the_callers_own():
    outcome = decode_outcome(REPLY, (len, 1.0), 0.5)
    assert (outcome.value, outcome.arguments, outcome.seconds) == (1.5, (len, 2.0), 0.5)


def test_arguments_that_were_too_large_to_send_are_the_ones_that_were_sent():
    assert decode_outcome({**REPLY, "arguments": None}, (1.0,), 0.5).arguments == (1.0,)


@pytest.mark.parametrize(
    "change",
    [
        {"arguments": (None,)},
        {"arguments": 3},
        {"raised": [1, 2]},
        {"raised": {"kind": "E", "message": "m", "line": "x", "line_number": float("inf"), "function": ""}},
        {"warned": np.array(1.0)},
        {"warned": 3},
    ],
)
def test_a_malformed_reply_ends_the_process(change):
    with pytest.raises(ProcessEnded):
        decode_outcome({**REPLY, **change}, (len, 1.0), 0.5)
    with pytest.raises(ProcessEnded):
        decode_outcome({}, (), 0.5)


def test_texts_are_bounded():
    entry = {"kind": "E" * 10**5, "message": ["m"] * 10**5, "line": "", "line_number": None, "function": "f"}
    raised = decode_raised(entry)
    assert max(len(raised.kind), len(raised.message)) <= 500
    assert decode_outcome({**REPLY, "printed": "x" * 10**5}, (len, 1.0), 0.5).printed == "x" * 2000
    assert len(decode_outcome({**REPLY, "warned": ["w"] * 100}, (len, 1.0), 0.5).warned) == 20


def test_a_syntax_error_has_a_line_if_it_is_known():
    assert decode_syntax_error(None) is None
    assert decode_syntax_error({"line_number": 2, "message": "m"}).line_number == 2
    with pytest.raises(MALFORMED):
        decode_syntax_error({"line_number": "two", "message": "m"})
