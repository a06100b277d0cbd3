"""Whatever bytes a worker writes, the grader reads plain data, bounded and harmless, or refuses them."""

import contextlib
import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.isolation.inside.wire import ENTRIES_LIMIT, TEXT_LIMIT, WireError, read_message, write_message
from grader.isolation.limits import Limits
from grader.isolation.process import ProcessEnded, WorkerProcess
from grader.isolation.replies import MALFORMED, decode_outcome, decode_raised, decode_syntax_error
from grader.learner.call import Outcome, Raised
from grader.learner.plain_data import UnsupportedValue, identical
from tests.fuzz.profiles import fuzzed
from tests.fuzz.strategies import ANY_JSON, ANY_TEXT, NUMBERS

CONTROL = {*map(chr, range(32)), "\x7f", "\x9b", "\u202e"} - {"\n", "\t"}
DTYPES = (
    st.sampled_from(("<f8", "|b1", "<i8", "|O", "<U4", "<M8[s]", ">f4", "|V8", "f8", "<f8,<f8")) | ANY_JSON
)
SHAPES = st.lists(st.integers(-1, 4) | NUMBERS | st.booleans(), max_size=40) | ANY_JSON
NODES = st.recursive(
    ANY_JSON | st.builds(lambda dtype, shape: {"array": [dtype, shape]}, DTYPES, SHAPES),
    lambda inner: st.builds(
        lambda kind, entries: {kind: entries},
        st.sampled_from(("list", "tuple", "dict", "unsupported", "function", "generator")),
        st.lists(inner, max_size=4) | st.lists(st.tuples(ANY_TEXT, inner), max_size=4) | inner,
    ),
    max_leaves=10,
)
REPLIES = st.recursive(
    st.none() | st.booleans() | NUMBERS | ANY_TEXT | st.builds(UnsupportedValue, ANY_TEXT),
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple),
    max_leaves=6,
)


def message(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return io.BytesIO(struct.pack(">II", len(text), len(body)) + text + body)


def texts(value):
    """All texts in plain data, the keys of dicts among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, UnsupportedValue):
        yield value.kind
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield key
            yield from texts(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from texts(entry)


def assert_plain(value):
    """What was read can be written, and is harmless where people read it."""
    found = list(texts(value))
    assert len(found) <= ENTRIES_LIMIT
    assert all(len(text) <= TEXT_LIMIT + 2 and not CONTROL & set(text) for text in found)
    stream = io.BytesIO()
    write_message(stream, value)
    stream.seek(0)
    again = read_message(stream)
    assert identical(again, value) or "nan" in repr(value)


@fuzzed
@given(st.binary(max_size=200))
def test_bytes(data):
    with pytest.raises((EOFError, WireError)):
        read_message(io.BytesIO(data))


@fuzzed
@given(NODES, st.binary(max_size=64))
def test_messages(header, body):
    with contextlib.suppress(WireError):
        assert_plain(read_message(message(header, body)))


@fuzzed
@given(st.integers(0, 5000), ANY_JSON)
def test_depth(depth, inner):
    header = b'{"list": [' * depth + json.dumps(inner).encode() + b"]}" * depth
    with contextlib.suppress(WireError):
        assert_plain(read_message(message(header)))


FIELDS = ("value", "arguments", "raised", "timed_out", "forbidden", "printed", "warned", "called")


@fuzzed
@given(
    st.fixed_dictionaries(dict.fromkeys(FIELDS, REPLIES)) | REPLIES,
    st.fixed_dictionaries(dict.fromkeys(("kind", "message", "line_number", "line", "function"), REPLIES))
    | REPLIES,
)
def test_replies(reply, raised):
    if isinstance(reply, dict):
        reply["raised"] = raised
    try:
        outcome = decode_outcome(reply, (1,), 0.5)
        assert isinstance(outcome, Outcome) and outcome.seconds == 0.5 and len(outcome.arguments) == 1
    except ProcessEnded:
        pass
    for decode in (decode_raised, decode_syntax_error):
        try:
            found = decode(raised)
            assert found is None or isinstance(found, Raised)
        except MALFORMED:
            pass


class _Forged(io.BytesIO):
    """A worker whose replies are written already."""

    deadline = 0.0

    def stop(self):
        """Do nothing: there is no process."""


def test_a_reply_that_is_an_array_ends_the_process():
    process, forged = WorkerProcess("function_worker", Limits()), _Forged()
    write_message(forged, np.zeros(3))
    forged.seek(0)
    process._worker = process._replies = forged
    with pytest.raises(ProcessEnded):
        process.receive(1.0)
