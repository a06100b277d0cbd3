"""Placeholders for the autodiff libraries that are missing in a sandbox.

Without them, `import tensorflow` in the same cell as `import numpy` would fail, and a learner whose functions
never touch TensorFlow would be without NumPy.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from grader.learner.forbidden_libraries import ForbiddenLibrary, is_autodiff


class _PlaceholderType(type):
    """The type of every name in a missing library: it may be passed on and subclassed, but not called."""

    def __call__(cls, *args, **kwargs):
        raise ForbiddenLibrary(cls.__module__)

    def __getattr__(cls, name):
        return _placeholder(cls.__module__, name)


def _placeholder(library: str, name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    return _PlaceholderType(name, (), {"__module__": library})


class _PlaceholderModule(ModuleType):
    def __getattr__(self, name):
        return _placeholder(self.__name__.partition(".")[0], name)


class _PlaceholderFinder(MetaPathFinder, Loader):
    def find_spec(self, fullname, path=None, target=None):
        return ModuleSpec(fullname, self, is_package=True) if is_autodiff(fullname) else None

    def create_module(self, spec):
        return _PlaceholderModule(spec.name)

    def exec_module(self, module):
        """Do nothing: a placeholder has no code."""


def install_placeholders() -> None:
    """Let missing autodiff libraries be imported; calling anything in them raises `ForbiddenLibrary`."""
    sys.meta_path.append(_PlaceholderFinder())
