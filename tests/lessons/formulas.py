"""Displayed formulas and their proofs: every one has a proof, and the symbols that proofs are made of.

A test module makes `FORMULAS = Formulas("NN_topic")`, decorates each proof with
`@FORMULAS.proves(piece of the LaTeX)` and ends with a test that calls `assert_each_has_one_proof`.
"""

import re
from pathlib import Path

import sympy as sp

SOLUTIONS = Path(__file__).parents[2] / "solutions"


class Formulas:
    """The displayed formulas of a lesson and the tests that prove them."""

    def __init__(self, lesson):
        self.lesson = lesson
        self.proofs = {}

    def proves(self, piece):
        """Register the decorated test as the proof of the formula that contains `piece`."""

        def register(test):
            assert piece not in self.proofs
            self.proofs[piece] = test.__name__
            return test

        return register

    def displayed(self):
        """Return the displayed formulas of the lesson, in order, each on one line."""
        lines = (SOLUTIONS / f"{self.lesson}.py").read_text(encoding="utf-8").splitlines()
        prose = "\n".join(line[2:] for line in lines if line.startswith("#"))
        return [" ".join(found.split()) for found in re.findall(r"\$\$(.+?)\$\$", prose, re.DOTALL)]

    def assert_each_has_one_proof(self):
        """Each formula contains the piece of exactly one proof, each proof has its formula."""
        formulas = self.displayed()
        proofs = [[piece for piece in self.proofs if piece in formula] for formula in formulas]
        wrong = [formula for formula, found in zip(formulas, proofs, strict=True) if len(found) != 1]
        assert wrong == []
        assert sorted(piece for (piece,) in proofs) == sorted(self.proofs)


def sigmoid(z):
    """Return the sigmoid of a SymPy expression."""
    return 1 / (1 + sp.exp(-z))


def is_zero(expression):
    """Say whether a SymPy expression or matrix is identically zero."""
    return sp.simplify(expression) == expression * 0


def matrix(name, rows, columns):
    """Return a matrix of positive symbols."""
    return sp.Matrix(rows, columns, lambda i, j: sp.Symbol(f"{name}_{i}_{j}", positive=True))


def gradient(scalar, variables):
    """Return the matrix of the derivatives of `scalar` with respect to a matrix of symbols."""
    return variables.applyfunc(lambda variable: sp.diff(scalar, variable))
