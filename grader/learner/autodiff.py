"""Finds out whether a function uses a library for automatic differentiation."""

from __future__ import annotations

import contextlib
import dis
import functools
import inspect
import re
import types
from typing import Any

from grader.learner.library_code import is_library

LIBRARIES = frozenset(
    {"tensorflow", "keras", "tf_keras", "jax", "jaxlib", "flax", "torch", "autograd"}
    | {"tinygrad", "pytensor", "theano", "mxnet", "casadi"}
)

# Functions that run code, or a program, given as a string.
_RUN_STRINGS = frozenset(
    {"exec", "eval", "compile", "run_cell", "system", "popen", "Popen"}
    | {"run", "call", "check_call", "check_output", "getoutput"}
)
_IMPORT_IN_STRING = re.compile(rf"\b(?:import|from)\s+({'|'.join(sorted(LIBRARIES))})\b")


class ForbiddenLibrary(Exception):
    """A function used an autodiff library, which no exercise allows; `library` is its name."""

    def __init__(self, library: str):
        super().__init__(f"{library} may not be used here: this function uses NumPy alone")
        self.library = library


def is_autodiff(value: Any) -> bool:
    """Whether a module, a function, a class, an object or a dotted name belongs to an autodiff library."""
    return _top_level_package(value) in LIBRARIES


def _top_level_package(value: Any) -> str:
    """The first component of the dotted name of a value's module."""
    if isinstance(value, str):
        name = value
    elif isinstance(value, types.ModuleType):
        name = value.__name__
    else:
        owner = value if isinstance(getattr(value, "__module__", None), str) else type(value)
        name = getattr(owner, "__module__", "")
    return name.partition(".")[0]


def autodiff_used_by(function: Any) -> str:
    """The name of the autodiff library that `function`, or a helper that it calls, refers to; "" if none.

    Follows global names, defaults, closures, methods and imports through the functions of the learner's own
    code. It reads the code without running it, including imports in the strings of a function that calls
    `exec` or the like.
    """
    waiting, seen = [_unwrapped(function)], set()
    while waiting:
        current = waiting.pop()
        if not isinstance(current, types.FunctionType) or current.__code__ in seen:
            continue
        if is_library(current.__code__.co_filename):
            continue
        seen.add(current.__code__)
        for found in _referenced_values(current):
            if is_autodiff(found):
                return _top_level_package(found)
            waiting += [_unwrapped(found), *_methods(found)]
    return ""


def _methods(value: Any) -> list[types.FunctionType]:
    """The functions of a class, or of an object's class; none for modules, functions and strings."""
    if isinstance(value, (types.ModuleType, types.FunctionType, str)):
        return []
    kind = value if isinstance(value, type) else type(value)
    return [member for member in vars(kind).values() if isinstance(member, types.FunctionType)]


def _unwrapped(value: Any) -> Any:
    """The function inside a partial, a decorated function, a method or a callable object."""
    while isinstance(value, functools.partial):
        value = value.func
    if not callable(value) or isinstance(value, type):
        return value
    with contextlib.suppress(ValueError):  # a function whose `__wrapped__` is itself
        value = inspect.unwrap(value)
    value = getattr(value, "__func__", value)
    return value if isinstance(value, types.FunctionType) else type(value).__call__


def _referenced_values(function: types.FunctionType):
    """The values that a function's code can reach by name, and the names of the modules that it imports."""
    for value in (*_closure_values(function), *(function.__defaults__ or ())):
        if not isinstance(value, str):
            yield value
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        if {"import_module", "__import__"} & set(code.co_names):
            yield from (const for const in code.co_consts if isinstance(const, str))
        if _RUN_STRINGS & set(code.co_names):
            yield from _libraries_in_strings(code)
        codes += [const for const in code.co_consts if isinstance(const, types.CodeType)]
        for instruction in dis.get_instructions(code):
            if instruction.opname == "IMPORT_NAME":
                yield str(instruction.argval)
            elif instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                value = function.__globals__.get(instruction.argval)
                if value is not None and not isinstance(value, str):
                    yield value


def _libraries_in_strings(code: types.CodeType):
    """The autodiff libraries that the strings of some code import."""
    texts = [const for const in code.co_consts if isinstance(const, str)]
    return (found for text in texts for found in _IMPORT_IN_STRING.findall(text))


def _closure_values(function: types.FunctionType):
    """The values of the closure's variables, except those that are not assigned yet."""
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):
            yield cell.cell_contents
