"""Plain data as bytes: a JSON header, then the arrays, one after the other. Nothing is ever pickled."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, BinaryIO

import numpy as np

from grader.lessons.functions import FUNCTIONS
from grader.plain import Foreign

MESSAGE_LIMIT = 256 * 1024**2
_LENGTH = struct.Struct(">II")


class WireError(ValueError):
    """The bytes are not a message."""


def write_message(stream: BinaryIO, value: Any) -> None:
    """Write plain data (see `grader.plain`), a function of `grader.lessons.functions` or a generator of
    random numbers (`numpy.random.default_rng`) to a stream.
    """
    buffers: list[bytes] = []
    header = json.dumps(_encode(value, buffers)).encode()
    body = b"".join(buffers)
    stream.write(_LENGTH.pack(len(header), len(body)) + header + body)
    stream.flush()


def read_message(stream: BinaryIO) -> Any:
    """Read what `write_message` wrote. Raises `EOFError` at the end, `WireError` for anything malformed."""
    header_size, body_size = _LENGTH.unpack(_read(stream, _LENGTH.size))
    if header_size + body_size > MESSAGE_LIMIT:
        raise WireError(f"a message of {header_size + body_size} bytes is too large")
    try:
        header = json.loads(_read(stream, header_size))
        return _decode(header, memoryview(_read(stream, body_size)))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise WireError(f"not a message: {error}") from error


def _read(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _encode(value: Any, buffers: list[bytes]) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.ndarray):
        start = sum(map(len, buffers))
        buffers.append(np.ascontiguousarray(value).tobytes())
        return {"array": [value.dtype.str, list(value.shape), start]}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [_encode(entry, buffers) for entry in value]}
    if isinstance(value, Mapping):
        return {"dict": [[key, _encode(entry, buffers)] for key, entry in value.items()]}
    if isinstance(value, Foreign):
        return {"foreign": value.kind}
    if isinstance(value, np.random.Generator):
        return {"generator": value.bit_generator.state}
    kind = type(value).__name__
    if FUNCTIONS.get(kind) is type(value):
        entries = {field.name: getattr(value, field.name) for field in fields(value)}
        return {"function": [kind, _encode(entries, buffers)]}
    raise TypeError(f"{kind} is not plain data")


def _decode(node: Any, body: memoryview) -> Any:
    if not isinstance(node, dict):
        return node
    ((kind, content),) = node.items()
    if kind == "array":
        return _decode_array(*content, body)
    if kind in ("list", "tuple"):
        entries = [_decode(entry, body) for entry in content]
        return tuple(entries) if kind == "tuple" else entries
    if kind == "dict":
        return {str(key): _decode(entry, body) for key, entry in content}
    if kind == "foreign":
        return Foreign(str(content))
    if kind == "function":
        name, entries = content
        return FUNCTIONS[name](**_decode(entries, body))
    if kind == "generator":
        bits = np.random.PCG64()
        bits.state = content
        return np.random.Generator(bits)
    raise WireError(f"unknown kind {kind!r}")


def _decode_array(dtype: str, shape: list[int], start: int, body: memoryview) -> np.ndarray:
    """Sizes and dtype are checked before a byte is looked at."""
    dtype = np.dtype(str(dtype))
    if dtype.kind not in "biufc" or any(not isinstance(n, int) or n < 0 for n in shape):
        raise WireError(f"not an array of numbers: {dtype}, {shape}")
    size = dtype.itemsize * math.prod(shape)
    if not isinstance(start, int) or start < 0 or start + size > len(body):
        raise WireError("an array reaches past the end of its message")
    return np.frombuffer(body[start : start + size], dtype).reshape(shape).copy()
