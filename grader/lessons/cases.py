"""Makers of cases that several exercises share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from grader.lessons.draws import nonzero_integers, signed_log_uniform, with_zeros_and_equal_rows
from grader.lessons.exercise import Case
from grader.lessons.networks import Network


def network_cases(networks: Iterable[Network], arguments: Callable[[Network], tuple]) -> list[Case]:
    """A case for each network: `arguments(network)` are its arguments, the network is its context."""
    return [Case(n.label, arguments(n), n.tags, n.counts, context=n) for n in networks]


def stored_by_columns(cases: Iterable[Case], label: str) -> list[Case]:
    """The cases; the one with this label gets its arrays stored by columns, as a transpose is, and says so.

    There, an answer that fills `np.empty_like(A).ravel()` is left with what was in memory: it fills a copy.
    """
    return [
        replace(case, label=f"{label}, stored by columns", arguments=_by_columns(case.arguments))
        if case.label == label
        else case
        for case in cases
    ]


def _by_columns(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.array(value, order="F")
    if isinstance(value, Mapping):
        return {name: _by_columns(entry) for name, entry in value.items()}
    return type(value)(map(_by_columns, value)) if isinstance(value, (list, tuple)) else value


def mixed_dtypes(floats: Mapping[str, Any], integers: Mapping[str, Any]) -> Iterator[tuple[str, tuple]]:
    """A label and arguments for each name: floats in the argument of that name, integers in all others.

    Both dicts have every argument by its name, in the order of a call. A result in the dtype of another
    argument than the named one, or of several others, is cut off to integers there.
    """
    for name in floats:
        yield f"floats in {name} alone", tuple({**integers, name: floats[name]}.values())


def elementwise_cases(rng: np.random.Generator, entry: str) -> list[Case]:
    """Arguments `(z,)` for a function of each entry of z alone that is finite for every real number.

    `z` is a float64 or int64 array of up to three axes, a float or an int. Some entries are as far out as
    10,000. `entry` is the word for one of them, such as "score".
    """

    def case(label, z, *tags):
        return Case(label, (z,), frozenset(tags))

    def reals(*shape):
        return rng.normal(scale=2.5, size=shape)

    def reaching(largest, size):
        ends = [largest, -largest, 0.0]
        return rng.permutation(np.concatenate([ends, signed_log_uniform(rng, size - 3, 1, largest)]))

    integers = np.array([0, 1, -1, 2, -3, 4, -2])
    far_integers = np.array([[10_000, -10_000], [-800, 800]])
    return [
        case(f"a vector of {entry}s", reals(12), "lesson"),
        case("a matrix", with_zeros_and_equal_rows(reals(5, 3))),
        case("a square matrix", reals(4, 4), "square"),
        case("three axes", reals(2, 3, 2)),
        case(f"a vector of one {entry}", reals(1)),
        case("a Python float", float(reals()), "scalar"),
        case("a 0-d array", np.array(reals()), "scalar"),
        case("a Python int", int(nonzero_integers(rng, (), largest=3)), "integer", "scalar"),
        case("a vector of integers", rng.permutation(integers), "integer"),
        case("a matrix of integers", rng.integers(-3, 4, size=(2, 4)), "integer"),
        case(f"{entry}s between -10,000 and 10,000", reaching(1e4, 9), "saturated"),
        case(f"{entry}s between -30 and 30", reaching(30.0, 8), "saturated"),
        case(f"a {entry} of -10,000", -1e4, "saturated", "scalar"),
        case(f"integer {entry}s of 10,000", far_integers, "saturated", "integer"),
        case("a transposed matrix", reals(4, 3).T),
        case("a matrix of one row", reals(1, 3)),
        case("a matrix of one column", reals(3, 1)),
    ]
