"""Which names a cell defines at its top level."""

import pytest
from nbformat.v4 import new_code_cell

from grader.classroom.repair.defined_names import defines


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(x):\n    return x", True),
        ("f = lambda x: x", True),
        ("from other import g as f", True),
        ("%matplotlib inline\ndef f(x): return x", True),
        ("def f(x:\n    return x", True),  # tried, and does not run
        ("if True:\n    f = abs", True),
        ("def g(x):\n    f = x", False),
        ("class A:\n    def f(self): ...", False),
        ("f(3)", False),
        ("print('def f(x)')", False),
    ],
)
def test_defines(source, expected):
    assert defines(new_code_cell(source), "f") is expected
