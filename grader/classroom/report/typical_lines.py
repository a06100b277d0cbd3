"""Finds a line of code typical of a misconception, and takes out of it what could tell whose it is."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain

import numpy as np

from grader.classroom.answer_code import Statement

SHARED_BY = 3
"""A word that the lesson does not have is shown if so many students use it."""
LINE_LIMIT = 160
RIGHT_ANSWERS_LIMIT = 100
"""So many right answers say what is usual."""
_WORD = re.compile(r"\w+|[^\x00-\x7f]+")  # a mark of no alphabet, in a text, may be somebody's, too
_QUOTED_LINE = re.compile(r" in line \d+(?: of `\w+`)?, `(.+?)`(?=[.,; ]|$)")
_USUAL_WORDS = frozenset({"np", "f", *keyword.kwlist, *dir(builtins)}).union(
    *map(dir, (np, np.ndarray, str, list, dict))
)


def typical_line(
    wrong: Sequence[tuple[Sequence[Statement], str]], right: Iterable[Sequence[Statement]]
) -> list[str]:
    """Return the line that most tells wrong answers from right ones, as each wrong one that has it has it.

    `wrong` has the statements of each wrong answer and the verdict's message, whose quoted line is taken
    where there is one. A line that no right answer has is preferred, neither as a line nor as the value that
    it computes. Returns nothing if no line is at least twice as frequent in wrong answers, or if it is one of
    several that a single answer has, and not quoted.
    """
    candidates = [_pointed_at(of_one, message) for of_one, message in wrong]
    usual = [{one.normal for one in of_one} for of_one in list(right)[:RIGHT_ANSWERS_LIMIT]]
    times = Counter(normal for of_one in candidates for normal in dict.fromkeys(s.normal for s in of_one))
    times_right = Counter(normal for of_one in usual for normal in of_one)

    def shares(normal: str) -> tuple[float, float]:
        return times[normal] / len(wrong), times_right[normal] / max(1, len(usual))

    telling = [normal for normal in times if shares(normal)[0] > 2 * shares(normal)[1]]
    if not telling:
        return []
    values = set(chain.from_iterable(map(_values, times_right)))
    unusual = [one for one in telling if not (times_right[one] or values.intersection(_values(one)[:1]))]
    unusual = unusual or telling
    alone = {of_one[0].normal for of_one in candidates if len(of_one) == 1}
    best = max(unusual, key=lambda one: (shares(one)[0] - shares(one)[1], one in alone, len(one)))
    if times[best] == 1 and len(unusual) > 1 and best not in alone:
        return []
    return [next(s.text for s in of_one if s.normal == best) for of_one in candidates if _has(of_one, best)]


def anonymous(lines: Sequence[str], vocabulary: Collection[str], uses: Mapping[str, int]) -> str:
    """Return the most frequent of the lines, with `name1` and so on for words that may be somebody's own.

    A word is shown if it is in the `vocabulary`, is usual in Python and NumPy, is a short number, or is used
    by `SHARED_BY` students; `uses` says by how many.
    """
    names: dict[str, str] = {}

    def shown(match: re.Match) -> str:
        word = match[0]
        is_short_number = word.isascii() and word.isdecimal() and len(word) <= 3
        is_known = is_short_number or word in _USUAL_WORDS or word in vocabulary
        if is_known or uses.get(word, 0) >= SHARED_BY:
            return word
        return names.setdefault(word, f"name{len(names) + 1}")

    [(line, _)] = Counter(lines).most_common(1)
    line = _WORD.sub(shown, line)
    return line if len(line) <= LINE_LIMIT else f"{line[: LINE_LIMIT - 1]}…"


def words(text: str) -> set[str]:
    """Return the words of a text: names, numbers, and those within texts and comments."""
    return set(_WORD.findall(text))


@lru_cache(10_000)
def _values(line: str) -> tuple[str, ...]:
    """Return what a line assigns or returns, and of several values each; nothing of other or long lines."""
    if len(line) > LINE_LIMIT:  # a stranger wrote it
        return ()
    try:
        [statement] = ast.parse(line).body
    except (SyntaxError, ValueError):
        return ()
    value = getattr(statement, "value", None)
    if value is None or isinstance(statement, ast.AugAssign):
        return ()
    parts = value.elts if isinstance(value, ast.Tuple) else ()
    return tuple(map(ast.unparse, (value, *parts)))


def _has(of_one: Sequence[Statement], normal: str) -> bool:
    return any(statement.normal == normal for statement in of_one)


def _pointed_at(of_one: Sequence[Statement], message: str) -> Sequence[Statement]:
    """Return the statement on the line that a verdict's message quotes; all statements if it quotes none."""
    quoted = _QUOTED_LINE.search(message)
    there = [one for one in of_one if quoted and quoted[1] in one.written]
    return there[-1:] or of_one
