"""Messages across the border: a JSON header, then the bytes of the arrays in order. Nothing is pickled.

The reader need not trust the writer: it checks every size before it reads the bytes, every dtype and shape
before it makes an array, and removes control characters from text.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, BinaryIO

import numpy as np

from grader.isolation.inside.sanitize_text import sanitize_text
from grader.learner.call import PRINTED_LIMIT
from grader.learner.functions import FUNCTIONS
from grader.learner.plain_data import UnsupportedValue

HEADER_LIMIT = 2 * 1024**2
BODY_LIMIT = 64 * 1024**2
ANSWER_LIMIT = 4 * 1024**2
"""Bytes of the arrays of an answer and its arguments; the largest right answer of a lesson has 0.2 MB."""
TEXT_LIMIT = PRINTED_LIMIT  # the longest text of an `Outcome`
DEPTH_LIMIT = 16
ENTRIES_LIMIT = 20_000
_LENGTH = struct.Struct(">II")
_DTYPE = re.compile(r"\|b1|\|[iu]1|[<>](?:[iu][248]|f(?:2|4|8|16)|c(?:8|16|32))")


class WireError(ValueError):
    """The bytes are not a message."""


class TooLarge(WireError):
    """A message has more bytes than may cross."""


def write_message(stream: BinaryIO, value: Any) -> None:
    """Write a message to a stream.

    A message is plain data (see `grader.learner.plain_data`), which may also contain functions of
    `grader.learner.functions` and random generators (`numpy.random.default_rng`). Raises `TypeError` for
    anything else, and `TooLarge`, both before anything is written.
    """
    body = bytearray()
    header = json.dumps(_encode(value, body)).encode()
    _check_size(len(header), len(body))
    stream.write(_LENGTH.pack(len(header), len(body)) + header + body)
    stream.flush()


def read_message(
    stream: BinaryIO, *, is_trusted: bool = False, text_limit: int = TEXT_LIMIT, body_limit: int = BODY_LIMIT
) -> Any:
    """Read a message of `write_message`.

    A writer that is not trusted may not send functions and generators, and its text is cut after
    `text_limit` characters and sanitized (see `.sanitize_text`). Raises `EOFError` at the end of the stream,
    `WireError` for anything malformed and for a body of more than `body_limit` bytes.
    """
    header_size, body_size = _LENGTH.unpack(_read(stream, _LENGTH.size))
    _check_size(header_size, body_size, body_limit)
    header, body = _read(stream, header_size), _read(stream, body_size)
    try:
        decoding = _Decoder(body, is_trusted, text_limit)
        value = decoding.value(json.loads(header))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise WireError(f"not a message: {error}") from error
    if decoding.position != len(body):
        raise WireError("a message has more bytes than its arrays")
    return value


def is_sent_one_way(argument: Any) -> bool:
    """Whether an argument is not sent back: a function can't change, a generator may be drawn from."""
    return callable(argument) or isinstance(argument, np.random.Generator)


def _check_size(header_size: int, body_size: int, body_limit: int = BODY_LIMIT) -> None:
    if header_size > HEADER_LIMIT or body_size > body_limit:
        raise TooLarge(f"a message of {header_size} and {body_size} bytes is too large")


def _read(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _encode(value: Any, body: bytearray) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.ndarray):
        _check_size(0, len(body) + value.nbytes)
        by_columns = value.flags.f_contiguous and not value.flags.c_contiguous
        body += (value.T if by_columns else value).tobytes()
        return {"array": [value.dtype.str, list(value.shape), *(["F"] if by_columns else [])]}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [_encode(entry, body) for entry in value]}
    if isinstance(value, Mapping):
        return {"dict": [[key, _encode(entry, body)] for key, entry in value.items()]}
    if isinstance(value, UnsupportedValue):
        return {"unsupported": value.kind}
    if isinstance(value, np.random.Generator):
        return {"generator": value.bit_generator.state}
    kind = type(value).__name__
    if FUNCTIONS.get(kind) is type(value):
        entries = {field.name: getattr(value, field.name) for field in fields(value)}
        return {"function": [kind, _encode(entries, body)]}
    raise TypeError(f"{kind} is not plain data")


class _Decoder:
    """Decodes one message. Its arrays follow one another, so no byte is used twice."""

    def __init__(self, body: bytes, is_trusted: bool, text_limit: int):
        self.body = memoryview(body)
        self.is_trusted = is_trusted
        self.text_limit = text_limit
        self.position = 0
        self.entries = 0

    def value(self, node: Any, depth: int = 0) -> Any:
        """A node of the header as data.

        Raises `WireError`, or an error that `read_message` turns into one, for anything that `_encode` does
        not produce.
        """
        self.entries += 1
        if depth > DEPTH_LIMIT or (self.entries > ENTRIES_LIMIT and not self.is_trusted):
            raise WireError("too deep or too many entries")
        if isinstance(node, str):
            return self._text(node)
        if not isinstance(node, dict):
            return self._number(node)
        ((kind, content),) = node.items()
        if kind == "array":
            return self._array(*content)
        if kind in ("list", "tuple"):
            entries = [self.value(entry, depth + 1) for entry in content]
            return tuple(entries) if kind == "tuple" else entries
        if kind == "dict":
            return {self._key(key): self.value(entry, depth + 1) for key, entry in content}
        if kind == "unsupported":
            return UnsupportedValue(self._text(content))
        if kind == "function" and self.is_trusted:
            name, entries = content
            return FUNCTIONS[name](**self.value(entries, depth + 1))
        if kind == "generator" and self.is_trusted:
            bits = np.random.PCG64()
            bits.state = content
            return np.random.Generator(bits)
        raise WireError(f"{kind!r} is not expected here")

    def _text(self, text: Any) -> str:
        if not isinstance(text, str):
            raise WireError("not a text")
        if self.is_trusted:
            return text
        return sanitize_text(text, self.text_limit)

    def _key(self, key: Any) -> str:
        """The key of a dict. A key that sanitizing changes is marked, so it can't imitate another key."""
        text = self._text(key)
        return text if text == key else f"<{text}>"

    def _number(self, node: Any) -> bool | int | float | None:
        if isinstance(node, list):
            raise WireError("a list without a name")
        if isinstance(node, int) and not -(2**63) <= node < 2**63 and not self.is_trusted:
            raise WireError("an int of more than 64 bits")
        return node

    def _array(self, dtype: Any, shape: Any, order: Any = "C") -> np.ndarray:
        if not isinstance(dtype, str) or not _DTYPE.fullmatch(dtype):
            raise WireError(f"{dtype!r} is no dtype of numbers")
        if not isinstance(shape, list) or len(shape) > 32 or not all(map(_is_length, shape)):
            raise WireError("not the shape of an array")
        if order not in ("C", "F"):
            raise WireError(f"{order!r} is no order of an array in memory")
        size = np.dtype(dtype).itemsize * math.prod(shape)
        if size > len(self.body) - self.position:
            raise WireError("an array reaches past the end of its message")
        piece = self.body[self.position : self.position + size]
        self.position += size
        return np.frombuffer(piece, dtype).reshape(shape, order=order).copy(order="K")


def _is_length(length: Any) -> bool:
    return type(length) is int and 0 <= length <= BODY_LIMIT
