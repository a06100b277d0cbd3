"""Answers to exercises as learners write them, kept apart from the code that judges them.

The modules beside this one hold one lesson each, written from the contract of the exercises and the table of
misconceptions alone; those called `unseen_...` were written, by somebody else, when the others were all named
rightly. An entry is a function with the exercise's arguments, marked by what it is:

    CORPUS = Corpus("03_backpropagation")

    @CORPUS.right("output_delta")                       a right answer in a style of its own
    @CORPUS.slip("output_delta", "missing-mean")        a wrong one with one misconception, or with two
    @CORPUS.unlisted("output_delta")                    a wrong one that no name describes
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

import tests.corpus


@dataclass(frozen=True)
class Entry:
    """One answer: its exercise, the function, and the names that it deserves (none for `unlisted`)."""

    exercise: str
    function: Callable
    is_right: bool
    names: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.exercise}-{self.function.__name__}"


class Corpus:
    """The entries of one lesson, in the order in which they are written."""

    def __init__(self, lesson: str):
        self.lesson = lesson
        self.entries: list[Entry] = []

    def right(self, exercise: str):
        return self._register(exercise, is_right=True)

    def slip(self, exercise: str, *names: str):
        return self._register(exercise, is_right=False, names=names)

    def unlisted(self, exercise: str):
        return self._register(exercise, is_right=False)

    def _register(self, exercise: str, **what):
        def register(function):
            self.entries.append(Entry(exercise, function, **what))
            return function

        return register


def corpora() -> list[Corpus]:
    """The corpora of all lessons."""
    modules = (info.name for info in pkgutil.iter_modules(tests.corpus.__path__) if info.name != "entries")
    return [importlib.import_module(f"tests.corpus.{name}").CORPUS for name in modules]
