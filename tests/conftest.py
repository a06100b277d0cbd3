"""What tests share: the lesson's own solution as functions, and the choice of one exercise."""

import os
import shutil
from collections.abc import Mapping

import jupytext
import numpy as np
import pytest

from grader import lessons
from grader.isolation import run_lock
from grader.learner.library_code import ROOT
from grader.lessons import Exercise

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

# Tests run side by side. The kernels and processes that they start need no threads of their own beside that.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
# Nor do they wait for each other's sandboxes: each worker of pytest-xdist has locks of its own.
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    run_lock.FOLDER += f"-{worker}"


def pytest_addoption(parser):
    parser.addoption("--exercise", metavar="LESSON/NAME", help="run only what concerns one exercise")


def pytest_collection_modifyitems(config, items):
    if chosen := config.getoption("--exercise"):
        lesson, _, name = chosen.partition("/")
        concerned = [item for item in items if _concerns(item, lesson, name)]
        config.hook.pytest_deselected(items=[item for item in items if item not in concerned])
        items[:] = concerned


def _concerns(item, lesson: str, name: str) -> bool:
    """Whether a test is about an exercise, or about its lesson as a whole."""
    values = list(item.callspec.params.values()) if hasattr(item, "callspec") else []
    exercises = [value for value in values if isinstance(value, Exercise)]
    if exercises:
        return lessons.load(lesson).exercises[name] in exercises
    texts = [value for value in values if isinstance(value, str)]
    return lesson in texts and (name in texts or len(values) == 1)


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


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium, for one module: where Playwright runs, asyncio can't, which runs notebooks."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def screenshots(root):
    """Where screenshots are kept."""
    folder = root / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def solution():
    """The solution of lesson 3: `{name: function}`."""
    return solution_functions("03_backpropagation")


@pytest.fixture(scope="session")
def exercises():
    """The exercises of lesson 3: `{name: Exercise}`."""
    return lessons.load("03_backpropagation").exercises
