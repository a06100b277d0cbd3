import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader.isolation.wire import WireError, read_message, write_message
from grader.lessons.functions import Activation, Cubic
from grader.plain import Foreign, same

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
    return read_message(stream)


@given(DATA)
def test_plain_data_crosses_unchanged(value):
    assert same(carried(value), value)


def test_foreign_values_cross_as_their_names():
    assert carried([Foreign("a.B")]) == [Foreign("a.B")]


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


@pytest.mark.parametrize(
    "header",
    [
        {"array": ["|O", [1], 0]},
        {"array": ["<f8", [10**12], 0]},
        {"array": ["<f8", [-1], 0]},
        {"array": ["<f8", [1], -8]},
        {"array": ["<f8", [1.5], 0]},
        {"array": ["nonsense", [1], 0]},
        {"function": ["system", {"dict": []}]},
        {"function": ["Cubic", {"dict": [["a", 1]]}]},
        {"generator": {"bit_generator": "PCG64", "state": {"state": -1, "inc": 1}}},
        {"generator": {"bit_generator": "MT19937"}},
        {"generator": 3},
        {"unknown": 1},
        {"dict": 3},
        {},
    ],
)
def test_what_is_malformed_is_refused(header):
    with pytest.raises(WireError):
        read_message(message(header, b"\0" * 8))


def test_what_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(WireError, match="too large"):
        read_message(io.BytesIO(struct.pack(">II", 2**31, 2**31)))


@pytest.mark.parametrize("cut", [0, 4, 9])
def test_an_end_in_the_middle_is_an_end(cut):
    stream = io.BytesIO()
    write_message(stream, [1, 2, 3])
    with pytest.raises(EOFError):
        read_message(io.BytesIO(stream.getvalue()[:cut]))
