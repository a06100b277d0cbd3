import functools
import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader.isolation.inside.wire import TooLarge, WireError, read_message, write_message
from grader.learner.functions import Activation, Cubic
from grader.learner.plain_data import UnsupportedValue, identical

ARRAYS = npst.arrays(st.sampled_from(["<f8", "<f4", "<i8", "|b1", "<c16"]), npst.array_shapes(min_dims=0))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | ARRAYS
DATA = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def carried(value):
    stream = io.BytesIO()
    write_message(stream, value)
    stream.seek(0)
    return read_message(stream, is_trusted=True)


@given(DATA)
def test_plain_data_crosses_unchanged(value):
    assert identical(carried(value), value)


@pytest.mark.parametrize(
    "array", [np.arange(6.0).reshape(2, 3).T, np.arange(24).reshape(2, 3, 4).T, np.eye(3)]
)
def test_an_array_keeps_its_order_in_memory(array):
    assert identical(carried(array), array)
    assert carried(array).strides == array.strides


def test_foreign_values_cross_as_their_names():
    assert carried([UnsupportedValue("a.B")]) == [UnsupportedValue("a.B")]


def test_known_functions_cross_by_name():
    f = Cubic(*(np.arange(3.0) + i for i in range(4)))
    assert carried((f,))[0](np.ones(3)) == f(np.ones(3))


def test_activations_cross_by_name():
    assert carried((Activation("tanh"),)) == (Activation("tanh"),)


def test_a_generator_goes_on_where_it_was():
    rng = np.random.default_rng(5)
    rng.uniform(size=3)
    assert np.array_equal(carried(rng).uniform(size=4), rng.uniform(size=4))


@pytest.mark.parametrize("value", [object(), len, {1: object()}, np.random.RandomState(0)])
def test_nothing_else_crosses(value):
    with pytest.raises(TypeError):
        carried(value)


def message(header, body=b""):
    data = json.dumps(header).encode()
    return io.BytesIO(struct.pack(">II", len(data), len(body)) + data + body)


MALFORMED = [
    {"array": ["|O", [1]]},
    {"array": ["(2,)<f8", [1]]},
    {"array": ["<f8", [10**12]]},
    {"array": ["<f8", [0, 10**30]]},
    {"array": ["<f8", [-1]]},
    {"array": ["<f8", [1.5]]},
    {"array": ["<f8", [True]]},
    {"array": ["<f8", [1] * 100]},
    {"array": ["nonsense", [1]]},
    {"array": ["<f8", [1], "K"]},
    {"list": [{"array": ["<f8", [1]]}, {"array": ["<f8", [1]]}]},  # the same eight bytes twice
    {"function": ["system", {"dict": []}]},
    {"function": ["Cubic", {"dict": [["a", 1]]}]},
    {"generator": {"bit_generator": "PCG64", "state": {"state": -1, "inc": 1}}},
    {"generator": {"bit_generator": "MT19937"}},
    {"generator": 3},
    {"unknown": 1},
    {"dict": 3},
    {"dict": [[1, 2]]},
    {"unsupported": 3},
    {},
    [1],
    1,  # and eight bytes that nobody asked for
]


@pytest.mark.parametrize("is_trusted", [True, False])
@pytest.mark.parametrize("header", MALFORMED)
def test_what_is_malformed_is_refused(header, is_trusted):
    with pytest.raises(WireError):
        read_message(message(header, b"\0" * 8), is_trusted=is_trusted)


@pytest.mark.parametrize(
    "value",
    [
        Cubic(*(np.arange(3.0),) * 4),
        np.random.default_rng(0),
        2**70,
        functools.reduce(lambda x, _: [x], range(40), 1),
    ],
)
def test_a_stranger_may_not_send_everything(value):
    stream = io.BytesIO()
    write_message(stream, value)
    stream.seek(0)
    with pytest.raises(WireError):
        read_message(stream)


def test_the_text_of_a_stranger_is_bounded_and_inert():
    stream = io.BytesIO()
    write_message(stream, ["\x1b]0;title\x07 a\tb\n\u202e\ud800", "x" * 10**5])
    stream.seek(0)
    text, long = read_message(stream)
    assert text == " a\tb\n\ufffd?"
    assert len(long) == 2000


def test_a_key_that_is_made_inert_does_not_become_another_one():
    stream = io.BytesIO()
    write_message(stream, {"x\rdW1": 1, "\x1b[31mdb1": 2, "W1": 3})
    stream.seek(0)
    assert read_message(stream) == {"<dW1>": 1, "<db1>": 2, "W1": 3}


def test_a_stranger_may_not_send_more_entries_than_can_be_looked_at():
    stream = io.BytesIO()
    write_message(stream, [0.0] * 50_000)
    stream.seek(0)
    with pytest.raises(WireError):
        read_message(stream)


@pytest.mark.parametrize("sizes", [(2**31, 2**31), (2**22, 0), (0, 2**28)])
def test_what_is_too_large_is_refused_before_it_is_read(sizes):
    with pytest.raises(TooLarge):
        read_message(io.BytesIO(struct.pack(">II", *sizes)))


def test_what_is_too_large_is_not_written():
    stream = io.BytesIO()
    with pytest.raises(TooLarge):
        write_message(stream, np.zeros(10**7))
    assert stream.tell() == 0


@pytest.mark.parametrize("cut", [0, 4, 9])
def test_an_end_in_the_middle_is_an_end(cut):
    stream = io.BytesIO()
    write_message(stream, [1, 2, 3])
    with pytest.raises(EOFError):
        read_message(io.BytesIO(stream.getvalue()[:cut]))
