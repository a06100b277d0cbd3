"""Finds out whether a function uses a library that no exercise allows: all but NumPy and `scipy.special`.

What has no mathematics in it, such as the standard library or a progress bar, may be used.
"""

from __future__ import annotations

import contextlib
import dis
import functools
import inspect
import re
import sys
import types
from importlib.abc import MetaPathFinder
from typing import Any

import numpy as np

from grader.learner.library_code import is_library

AUTODIFF_LIBRARIES = frozenset(
    {"tensorflow", "keras", "tf_keras", "jax", "jaxlib", "flax", "torch", "autograd"}
    | {"tinygrad", "pytensor", "theano", "mxnet", "casadi"}
)

_OF_THE_COURSE = {"utils.tensorflow": "tensorflow", "utils.widgets": "utils.widgets"}
"""Packages of the course: the widgets compute gradients. `call` records the use of `utils.network`."""
_IMPORT_NAME = dis.opmap["IMPORT_NAME"]
_HARMLESS = ("sklearn.datasets", "sklearn.utils._bunch", "scipy.special")

# Functions that run code, or a program, given as a string.
_RUN_STRINGS = frozenset(
    {"exec", "eval", "compile", "run_cell", "system", "popen", "Popen"}
    | {"run", "call", "check_call", "check_output", "getoutput"}
)
_IMPORT_IN_STRING = re.compile(
    rf"\b(?:import|from)\s+({'|'.join(sorted({*AUTODIFF_LIBRARIES, 'sklearn'}))})\b"
)


class ForbiddenLibrary(Exception):
    """A function used a library that no exercise allows; `library` is its name."""

    def __init__(self, library: str):
        super().__init__(f"{library} may not be used here: this function uses NumPy alone")
        self.library = library


def is_autodiff(value: Any) -> bool:
    """Whether a module, a function, a class, an object or a dotted name belongs to an autodiff library."""
    return _module_name(value).partition(".")[0] in AUTODIFF_LIBRARIES


def forbidden_library_of(value: Any) -> str:
    """The forbidden library that a module, a function, an object or a dotted name belongs to, or ""."""
    name = _module_name(value)
    package, _, rest = name.partition(".")
    if package in AUTODIFF_LIBRARIES:
        return package
    if package == "utils":
        return next((said for start, said in _OF_THE_COURSE.items() if _is_within(name, start)), "")
    if package not in ("sklearn", "scipy") or any(_is_within(name, start) for start in _HARMLESS):
        return ""
    if package == "sklearn":
        return "scikit-learn"
    return f"scipy.{rest.partition('.')[0]}" if rest and not rest.startswith("_") else ""


def _is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _module_name(value: Any) -> str:
    """The dotted name of a value's module; a text is such a name itself."""
    if isinstance(value, str):
        return value
    if isinstance(value, types.ModuleType):
        return value.__name__
    owner = value if isinstance(getattr(value, "__module__", None), str) else type(value)
    return getattr(owner, "__module__", "")


class _ImportRefusal(MetaPathFinder):
    """Refuses to import an autodiff library or scikit-learn. SciPy imports more of itself for `special`."""

    def find_spec(self, fullname, path=None, target=None):
        if not fullname.startswith("scipy") and (library := forbidden_library_of(fullname)):
            raise ForbiddenLibrary(library)


@contextlib.contextmanager
def imports_refused():
    """Raise `ForbiddenLibrary` where code in the block imports a forbidden library for the first time."""
    refusal = _ImportRefusal()
    sys.meta_path.insert(0, refusal)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # the learner's code may have removed it
            sys.meta_path.remove(refusal)


def forbidden_library_used_by(function: Any) -> str:
    """The name of the forbidden library that `function`, or a helper that it calls, refers to; "" if none.

    Follows global names, defaults, closures, methods and imports through the functions of the learner's own
    code. It reads the code without running it, including imports in the strings of a function that calls
    `exec` or the like.
    """
    waiting, seen = [function, _unwrapped(function)], set()
    while waiting:
        current = waiting.pop()
        if library := forbidden_library_of(current):
            return library
        if not isinstance(current, types.FunctionType) or current.__code__ in seen:
            continue
        if is_library(current.__code__.co_filename):
            continue
        seen.add(current.__code__)
        for found in _referenced_values(current):
            waiting += [found, _unwrapped(found), *_methods(found)]
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
    codes, local_modules = [function.__code__], {}
    while codes:
        code = codes.pop()
        if {"import_module", "__import__"} & set(code.co_names):
            yield from (const for const in code.co_consts if isinstance(const, str))
        if _RUN_STRINGS & set(code.co_names):
            yield from _libraries_in_strings(code)
        codes += [const for const in code.co_consts if isinstance(const, types.CodeType)]
        yield from _named_values(code, function.__globals__, local_modules)


def _named_values(code: types.CodeType, names: dict[str, Any], local_modules: dict[str, str]):
    """The values of the global names in some code, and the dotted names of what it takes from modules.

    `local_modules` has the modules that this code and the code around it have imported, by their names.
    """
    if not local_modules and _names_numpy_alone(code, names):
        return
    imported = module = ""  # what the instruction before has put on the stack, if it is a module
    for operation, name in _operations(code):
        if operation == "IMPORT_NAME":
            module = imported = name
            yield name
        elif operation == "IMPORT_FROM":
            module = f"{imported}.{name}"
            yield module
        elif operation in ("STORE_FAST", "STORE_DEREF"):
            is_package = module.partition(".")[0] == name  # as in `import scipy.special`
            local_modules[name], module = name if is_package else module, ""
        elif operation in ("LOAD_GLOBAL", "LOAD_NAME"):
            value = names.get(name)
            module = value.__name__ if isinstance(value, types.ModuleType) else ""
            if value is not None and not isinstance(value, str):
                yield value
        elif operation in ("LOAD_ATTR", "LOAD_METHOD") and module:
            module = f"{module}.{name}"
            yield module
        else:
            is_local = operation.startswith(("LOAD_FAST", "LOAD_DEREF"))
            module = local_modules.get(name, "") if is_local else ""


def _names_numpy_alone(code: types.CodeType, names: dict[str, Any]) -> bool:
    """Whether some code imports nothing and has no global name but NumPy's; quick to find out."""
    return _IMPORT_NAME not in code.co_code[::2] and all(names.get(name, np) is np for name in code.co_names)


def _operations(code: types.CodeType):
    """The operations of some code, each with its argument. Python 3.13 joins two that follow each other."""
    for instruction in dis.get_instructions(code):
        operation, argument = instruction.opname, instruction.argval
        if operation.count("_FAST") == 2:
            yield from zip(re.findall("[A-Z]+_FAST", operation), argument, strict=True)
        elif operation != "EXTENDED_ARG":
            yield operation, argument


def _libraries_in_strings(code: types.CodeType):
    """The forbidden libraries that the strings of some code import."""
    texts = [const for const in code.co_consts if isinstance(const, str)]
    return (found for text in texts for found in _IMPORT_IN_STRING.findall(text))


def _closure_values(function: types.FunctionType):
    """The values of the closure's variables, except those that are not assigned yet."""
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):
            yield cell.cell_contents
