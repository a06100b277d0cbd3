"""The exercise `vjp_add`: the vector-Jacobian products of a sum of two matrices, or a matrix and a bias."""

from __future__ import annotations

import numpy as np

from grader.lessons.automatic_differentiation import sections
from grader.lessons.automatic_differentiation.vjp import (
    cases_of_mixed_dtypes,
    drawing,
    over_all_entries,
    reference_of,
    slopes_of,
    vjp_exercise,
    with_other_gradients,
)
from grader.lessons.draws import normals
from grader.lessons.exercise import Case, Hint, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.right_answers import ONE_AXIS, RAVEL, TRANSPOSE, wrapped
from grader.lessons.slips import with_hints

# --- The right answer in NumPy ----------------------------------------------------------------------


def vjp_add(A, b, G):
    """The gradients with respect to `A` `(m, n)` and `b` `(m, n)` or `(n,)`, float64, for `G` `(m, n)`."""
    return G, G if np.shape(b) == np.shape(A) else G.sum(axis=0)


# --- Slips ------------------------------------------------------------------------------------------


def _bias_slip(name, wrong) -> Slip:
    """A slip for a `b` `(n,)` alone: `wrong(G)` replaces its gradient."""

    def step(right, A, b, G):
        return G, right(A, b, G)[1] if np.shape(b) == np.shape(A) else wrong(G)

    return Slip(name, {"vjp_add": step})


def _distinguished_by(measure):
    """Takes `b` for a matrix where `measure` gives the same number for `A` and `b`."""

    def step(right, A, b, G):
        return G, G if measure(b) == measure(A) else G.sum(axis=0)

    return step


SLIPS = (
    _bias_slip("broadcast-not-summed", lambda G: G),
    _bias_slip("broadcast-not-summed", lambda G: G.mean(axis=0)),
    Slip("broadcast-not-summed", {"vjp_add": lambda right, A, b, G: (G, G)}),
    Slip("broadcast-not-summed", {"vjp_add": _distinguished_by(len)}),
    Slip("broadcast-not-summed", {"vjp_add": _distinguished_by(np.size)}),
    Slip("summed-without-broadcast", {"vjp_add": lambda right, A, b, G: (G, G.sum(axis=0))}),
    Slip("operands-swapped", {"vjp_add": lambda right, A, b, G: right(A, b, G)[::-1]}),
    _bias_slip("bias-gradient-not-summed", lambda G: G[0]),
    _bias_slip("bias-gradient-not-summed", lambda G: G[-1]),
    _bias_slip("bias-gradient-missing", lambda G: np.zeros(G.shape[1])),
    Slip("bias-gradient-missing", {"vjp_add": lambda right, A, b, G: (G, np.zeros(np.shape(b)))}),
    _bias_slip("wrong-axis", lambda G: G.sum(axis=1)),
    _bias_slip("wrong-axis", lambda G: G.sum()),
    _bias_slip("wrong-axis", lambda G: np.full(G.shape[1], G.sum())),
    _bias_slip("extra-axis", lambda G: G.sum(axis=0, keepdims=True)),
)


# --- Cases ------------------------------------------------------------------------------------------

SUMS = (
    # label, shape of A, whether b is a row that broadcasts, tags
    ("the lesson's second layer", (12, 15), True, {"lesson"}),
    ("a matrix and a bias", (6, 4), True, set()),
    ("two matrices of one shape", (6, 4), False, set()),
    ("a square matrix and a bias", (4, 4), True, {"square"}),
    ("two square matrices", (4, 4), False, {"square"}),
    ("integers, a matrix and a bias", (5, 3), True, {"integer"}),
    ("integers, two matrices", (3, 5), False, {"integer"}),
    ("a single example and a bias", (1, 5), True, {"one example"}),
    ("two single examples", (1, 5), False, {"one example"}),
    ("a single unit and its bias", (7, 1), True, {"one unit"}),
    ("two columns", (7, 1), False, {"one unit"}),
)


def _cases(rng) -> list[Case]:
    cases = []
    for label, shape, is_bias, tags in SUMS:
        draw = drawing(rng, tags)
        A, b, G = draw(shape), draw(shape[1:] if is_bias else shape), normals(rng, shape)
        cases.append(Case(label, (A, b, G), frozenset(tags), {"m": shape[0]}))
    return [*with_other_gradients(cases), *cases_of_mixed_dtypes(rng, {"A": (4, 3), "b": (3,), "G": (4, 3)})]


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = vjp_exercise(
    vjp_add,
    points=2,
    asks="the gradients of a sum's two terms, one of which may be a bias",
    reread=sections.SUM,
    general_hints=(
        "If you nudge one entry of `b`, how many entries of the sum move?",
        "Where `b` was added to every row, each of its entries acted m times, and influences add up.",
        (
            "The first gradient has the shape of `A`. The second has the shape of `b`: it is `G` as it is "
            "or `G` summed over an axis."
        ),
    ),
    sections=no_later_than(
        "2.3",
        {**sections.SECTIONS, "operands-swapped": sections.SUM},
    ),
    examples={
        "tiny": (
            "tiny_G = np.array([[0.1, 0.2, 0.7], [0.3, 0.4, 0.8], [0.5, 0.6, 0.9]])\n"
            "tiny = np.ones((3, 3)), np.array([1.0, 2.0, 3.0]), tiny_G"
        ),
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), tiny[1], np.tile(tiny[2], (2, 1))",
    },
    arguments=("A", "b", "G"),
    cases=_cases,
    reference=reference_of(lambda tf, A, b: A + b),
    slips=with_hints(
        (*SLIPS, over_all_entries("vjp_add")),
        {
            "summed-without-broadcast": Hint(
                code=(
                    "tiny_G = np.array([[0.1, 0.2, 0.7], [0.3, 0.4, 0.8]])\n"
                    "print([part.shape for part in vjp_add(np.ones((2, 3)), np.ones((2, 3)), tiny_G)])"
                ),
            ),
            "broadcast-not-summed": Hint(
                experiment=(
                    "Call it with three rows and a bias, then with a single row and a bias, and look "
                    "at the shapes: what must the shape of the bias's gradient be?"
                ),
                code=(
                    "tiny_G = np.array([[0.1, 0.2, 0.7], [0.3, 0.4, 0.8], [0.5, 0.6, 0.9]])\n"
                    "print(vjp_add(np.ones((3, 3)), np.array([1.0, 2.0, 3.0]), tiny_G))\n"
                    "print(vjp_add(np.ones((1, 3)), np.array([1.0, 2.0, 3.0]), tiny_G[:1]))"
                ),
            ),
        },
    ),
    extra_mean="needless-mean",
    parts=("dA", "db"),
    invariants=(slopes_of(np.add, "dA", "db"),),
    equivalent={
        ONE_AXIS: wrapped("G.sum(axis=0)", TRANSPOSE, RAVEL, line="return (G, {})"),
    },
)
