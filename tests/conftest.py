"""What tests share: the lesson's own solution as functions."""

import os
from collections.abc import Mapping
from pathlib import Path

import jupytext
import numpy as np
import pytest

from grader import lessons

ROOT = Path(__file__).resolve().parents[1]

# Tests run side by side. The kernels and processes that they start need no threads of their own beside that.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")


def solution_sources(name: str) -> list[str]:
    """The source of each of a lesson's exercise cells, with its solution."""
    cells = jupytext.read(ROOT / "solutions" / f"{name}.py").cells
    return [cell.source for cell in cells if cell.cell_type == "code" and "### BEGIN SOLUTION" in cell.source]


def solution_functions(name: str, answers: Mapping[str, str] | None = None) -> dict:
    """The functions of a lesson's exercise cells as its source has them, or as `answers` have them."""
    namespace = {"np": np, "__name__": "solution"}
    exec("from utils.network import *", namespace)  # what a notebook imports before its exercises
    for source in (*solution_sources(name), *(answers or {}).values()):
        exec(source, namespace)
    return {exercise: namespace[exercise] for exercise in lessons.load(name).exercises}


@pytest.fixture(scope="session")
def root():
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def solution():
    """The solution of lesson 3: `{name: function}`."""
    return solution_functions("03_backpropagation")


@pytest.fixture(scope="session")
def exercises():
    """The exercises of lesson 3: `{name: Exercise}`."""
    return lessons.load("03_backpropagation").exercises
