"""Finds out whether a function leaves the differentiating to a library."""

from __future__ import annotations

import contextlib
import dis
import functools
import inspect
import types
from typing import Any

LIBRARIES = frozenset(
    {"tensorflow", "keras", "tf_keras", "jax", "jaxlib", "flax", "torch", "autograd"}
    | {"tinygrad", "pytensor", "theano", "mxnet", "casadi"}
)


def is_autodiff(value: Any) -> bool:
    """Whether a module, a function, a class, an object or a dotted name belongs to an autodiff library."""
    return _root(value) in LIBRARIES


def _root(value: Any) -> str:
    if isinstance(value, str):
        name = value
    elif isinstance(value, types.ModuleType):
        name = value.__name__
    else:
        owner = value if isinstance(getattr(value, "__module__", None), str) else type(value)
        name = getattr(owner, "__module__", "")
    return name.partition(".")[0]


def autodiff_used_by(function: Any) -> str:
    """The name of the autodiff library that `function`, or a helper it calls, mentions; "" for none.

    Follows global names, closures and imports through the functions of the learner's own code.
    Reads code only; a library reached through `exec` or the like is not seen.
    """
    waiting, seen = [_function(function)], set()
    while waiting:
        current = waiting.pop()
        if not isinstance(current, types.FunctionType) or current.__code__ in seen:
            continue
        seen.add(current.__code__)
        for found in _mentioned(current):
            if is_autodiff(found):
                return _root(found)
            waiting.append(_function(found))
    return ""


def _function(value: Any) -> Any:
    """The plain function inside a partial, a decorated function, a method or a callable object."""
    while isinstance(value, functools.partial):
        value = value.func
    if not callable(value) or isinstance(value, type):
        return value
    with contextlib.suppress(ValueError):  # a function that says it wraps itself
        value = inspect.unwrap(value)
    value = getattr(value, "__func__", value)
    return value if isinstance(value, types.FunctionType) else type(value).__call__


def _mentioned(function: types.FunctionType):
    """What the names in a function's code stand for: globals, closures, and the modules it imports."""
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # a variable of the enclosing function that has no value yet
            continue
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        codes += [const for const in code.co_consts if isinstance(const, types.CodeType)]
        for instruction in dis.get_instructions(code):
            if instruction.opname == "IMPORT_NAME":
                yield str(instruction.argval)
            elif instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                value = function.__globals__.get(instruction.argval)
                if value is not None and not isinstance(value, str):
                    yield value
