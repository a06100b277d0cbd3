"""Wrong answers made mechanically: every right function with one small thing changed.

Operators, comparisons, constants and loops are changed by Cosmic Ray's operators; what is special to
arrays (transposes, axes, keepdims, dtypes, the order of arguments and factors, dropped terms, layers
counted wrongly, arguments changed in place) by `grader.demo.small_changes` and the rules below.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import ndiff
from itertools import count
from typing import Any

import numpy as np
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from grader.demo.small_changes import small_changes, with_replaced


@dataclass(frozen=True)
class Mutant:
    """The source of a function with one thing changed.

    `rule` says how it was made; `change`, such as "if layer > 1: -> if layer >= 1:", which lines were
    replaced by which. No two mutants of a function have the same `change`. Some sources call `HELPERS`.
    """

    rule: str
    change: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """All mutants of the function in `source`: each of them once, and none that is just written otherwise."""
    plain = ast.unparse(_without_docstrings(ast.parse(source)))
    found: dict[str, str] = {}
    for rule, mutated in (*_by_cosmic_ray(plain), *_by_array_rules(plain)):
        normal = ast.unparse(ast.parse(mutated))
        if normal != plain and _parses(normal):  # a starred argument alone is no expression
            found.setdefault(normal, rule)
    return _numbered(plain, found)


def second_order(source: str, first: Sequence[Mutant], count: int) -> list[Mutant]:
    """Mutants with one thing more changed than one of the `first` has: `count` of them, if there are so many.

    Which ones is random, and the same each time. None is the function in `source` or one of the `first`.
    """
    rng, plain = np.random.default_rng(SEED), ast.unparse(_without_docstrings(ast.parse(source)))
    known = {plain, *(mutant.source for mutant in first)}
    found: dict[str, str] = {}
    for place in rng.permutation(len(first)):
        once = first[place]
        again = [(rule, ast.unparse(ast.parse(mutated))) for rule, mutated in _by_array_rules(once.source)]
        for i in rng.permutation(len(again))[:FROM_EACH]:
            rule, mutated = again[i]
            if mutated not in known and _parses(mutated):
                found.setdefault(mutated, f"{once.rule}, {rule}")
        if len(found) >= count:
            break
    return _numbered(plain, found)[:count]


SEED, FROM_EACH = 0, 12


def _numbered(plain: str, found: Mapping[str, str]) -> list[Mutant]:
    """Mutants from their sources and rules; changes that are alike get a number."""
    made, times = [], Counter()
    for mutated, rule in found.items():
        change = _change(plain, mutated)
        times[change] += 1
        number = f" ({times[change]})" if times[change] > 1 else ""
        made.append(Mutant(rule, change + number, mutated))
    return made


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return tree


def _change(before: str, after: str) -> str:
    """The lines that differ, without their indentation."""
    lines = list(ndiff(before.splitlines(), after.splitlines()))
    gone, come = (" / ".join(line[2:].strip() for line in lines if line[0] == sign) for sign in "-+")
    return f"{gone} -> {come}"


# --- Cosmic Ray -------------------------------------------------------------------------------------

_ARITHMETIC = {"Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow"}
_MEANT = ("NumberReplacer", "ZeroIterationForLoop", "AddNot", "Replace")
_NOT_MEANT = ("RemoveDecorator", "ExceptionReplacer", "VariableReplacer", "VariableInserter", "Invert", "_Is")


def _by_cosmic_ray(source: str) -> Iterator[tuple[str, str]]:
    for name in filter(_is_meant, sorted(operator_names())):
        operator = get_operator(name)
        for occurrence in count():
            mutated = mutate_code(source, operator(), occurrence)
            if mutated is None:
                break
            if _parses(mutated):
                yield name.removeprefix("core/"), mutated


def _is_meant(name: str) -> bool:
    if any(part in name for part in _NOT_MEANT):
        return False
    if "ReplaceBinaryOperator" in name:
        return set(name.split("_")[1:]) <= _ARITHMETIC
    return any(part in name for part in _MEANT)


def _parses(source: str) -> bool:
    try:
        compile(source, "<mutant>", "exec")
    except SyntaxError:
        return False
    return True


# --- Arrays -----------------------------------------------------------------------------------------


def _by_array_rules(source: str) -> Iterator[tuple[str, str]]:
    yield from small_changes(source)
    tree = ast.parse(source)
    yield from _by_the_result(tree)
    yield from _in_place(tree)


_RESULTS = {
    "float32": "np.float32",
    "negative": "lambda value: -1 * value",
    "transpose": "np.transpose",
    "first-axis": "lambda value: np.asarray(value)[None]",
    "last-axis": "lambda value: np.asarray(value)[..., None]",
    "flat": "np.ravel",
    "squeeze": "np.squeeze",
    "whole": "np.round",
    "list": "lambda value: np.asarray(value).tolist()",
    "zero": "lambda value: 0 * value",
    "slightly-off": "lambda value: value * (1 + 1e-8)",
    "shifted": "lambda value: value + 1e-9",
    "clip": "lambda value: np.clip(value, 1e-7, 1 - 1e-7)",
    "nothing": "lambda value: None",
}


def _by_the_result(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Something done to what a `return` gives: to one entry of a tuple, to all entries of a dict."""
    for index, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.Return) and node.value is not None:
            entries = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for i, entry in enumerate(entries):
                for rule, function in _RESULTS.items():
                    changed = ast.parse(f"each({function}, {ast.unparse(entry)})", mode="eval").body
                    new = [*entries[:i], changed, *entries[i + 1 :]]
                    value = ast.Tuple(new, ast.Load()) if isinstance(node.value, ast.Tuple) else changed
                    yield f"return-{rule}", with_replaced(tree, index, ast.Return(value))


_NOT_TO_SPOIL = {"activation", "batch_size", "beta_1", "beta_2", "epochs", "eps", "epsilon", "iterations"}
_NOT_TO_SPOIL |= {"learning_rate", "n_in", "n_out", "rng", "slope"}


def _in_place(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The answer of each function is right, but an argument that can change comes back changed."""
    for position, function in enumerate(tree.body):
        if isinstance(function, ast.FunctionDef):
            for name in (argument.arg for argument in function.args.args):
                if name not in _NOT_TO_SPOIL:
                    mutated = copy.deepcopy(tree)
                    mutated.body[position].body.insert(0, ast.parse(f"{name} = spoil({name})").body[0])
                    yield "spoil-argument", ast.unparse(ast.fix_missing_locations(mutated))


# --- What the sources of mutants call ---------------------------------------------------------------


def each(function: Callable, value: Any) -> Any:
    """`function` of a value, or of every entry of a dict."""
    if isinstance(value, dict):
        return {name: each(function, entry) for name, entry in value.items()}
    return function(value)


def spoil(argument: Any) -> Any:
    """A copy of an argument, which itself is emptied."""
    kept = copy.deepcopy(argument)
    if isinstance(argument, (dict, list)):
        argument.clear()
    elif isinstance(argument, np.ndarray):
        argument[...] = 0
    return kept


HELPERS = {"each": each, "spoil": spoil}
