"""Rewritings: what is made of a source, and that the answers stay right."""

import numpy as np
import pytest

from grader import lessons
from tests.truth import rewritings as module
from tests.truth.rewritings import MEANS, PRODUCTS, SUMS, rewritings
from tests.truth.right import is_right, rewritten_functions

COURSE = [(lesson, name) for lesson in lessons.names() for name in lessons.load(lesson).exercises]
SOURCE = """
def delta(A, Y, W):
    dZ = (A - Y) / len(Y)
    if dZ.sum(axis=0) > 0:
        return dZ @ W
    return np.mean(dZ)
"""


def test_the_same_rewritings_come_each_time_and_no_two_are_alike():
    made = rewritings(SOURCE, 50)
    assert made == rewritings(SOURCE, 50)
    assert len(set(made)) == 50
    for part in ("1.0 / len(Y)", "-(Y - A)", "product_in_loops(", "(lambda: ", "0 < ", "the_result", "v0"):
        assert any(part in source for source in made), part


def test_texts_and_lists_are_not_put_together_backwards():
    assert all("a + 'b'" in source for source in rewritings("def f(a):\n    return a + 'b'\n", 3))


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize("shapes", [((3, 4), (4, 2)), ((4,), (4, 2)), ((3, 4), (4,)), ((4,), (4,))])
def test_products_are_products(name, shapes):
    a, b = (np.random.default_rng(0).normal(size=shape) for shape in shapes)
    found = getattr(module, name)(a, b)
    assert np.shape(found) == np.shape(a @ b)
    np.testing.assert_allclose(found, a @ b, rtol=1e-13)


@pytest.mark.parametrize("name", [*SUMS, *MEANS])
@pytest.mark.parametrize("keywords", [{}, {"axis": 0}, {"axis": 1, "keepdims": True}])
def test_sums_are_sums_and_means_means(name, keywords):
    a = np.random.default_rng(0).normal(size=(3, 4))
    want = (np.sum if name in SUMS else np.mean)(a, **keywords)
    found = getattr(module, name)(a, **keywords)
    assert np.shape(found) == np.shape(want)
    np.testing.assert_allclose(found, want, rtol=1e-13)


@pytest.mark.parametrize(("lesson", "name"), COURSE)
def test_a_rewritten_solution_is_right(lesson, name):
    exercise = lessons.load(lesson).exercises[name]
    for number, function in enumerate(rewritten_functions(lesson, name, count=4), start=1):
        assert is_right(exercise, function, seed=0), f"rewriting {number} of {name}"
