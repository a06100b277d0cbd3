"""Statements of a lesson's own cells that wait until a learner's code needs them."""

import pytest

from grader.isolation.inside.function_worker import FunctionWorker


class Notebook:
    """Runs cells, the lesson's and a learner's, and calls what they define."""

    def __init__(self):
        self.worker, self.count = FunctionWorker("submission_of_cells"), 0

    def run(self, text, lazy=False):
        self.count += 1
        return self.worker.runner.run(text.encode(), f"<cell {self.count}>", is_cell=True, lazy=lazy)

    def lesson(self, text):
        return self.run(text, lazy=True)

    def call(self, name, *arguments):
        [reply] = self.worker.handle_request({"name": name, "cases": [arguments], "seconds": 5.0})
        assert not reply["raised"], reply["raised"]
        return reply["value"]

    def has(self, name):
        return name in self.worker.runner.module.__dict__


@pytest.fixture
def notebook():
    return Notebook()


def test_what_nobody_mentions_does_not_run(notebook):
    notebook.lesson("trained = 1 / 0\nprint(trained)")
    notebook.run("def f():\n    return 1")
    assert notebook.call("f") == 1
    assert not notebook.has("trained")


@pytest.mark.parametrize(
    "lesson",
    [
        ["a = 1", "b = a + 1"],
        ["import math\na = 1", "def twice():\n    return 2 * a", "b = twice()"],
        ["b = []", "b.append(2)", "b = b[0]"],
        ["b = {}", "b['x'] = 2", "b = b['x']"],
        ["class Box:\n    held = 0", "Box.held = 2", "b = Box.held"],
        ["for b in range(3):\n    pass"],
        ["if True:\n    b = 1\nelse:\n    b = 0", "b += 1"],
        ["from math import floor\n(a, b) = 1, floor(2.5)"],
        ["with open('/dev/null') as b:\n    b = 2"],
        ["b, start = 7, 1", "def f_default(x=start + 1):\n    return x", "b = f_default()"],
        ["b = 1 / 0", "b = 2"],
    ],
)
def test_what_a_function_needs_has_run_in_order(notebook, lesson):
    for cell in lesson:
        notebook.lesson(cell)
    notebook.lesson("b_is_not_this = 1 / 0")
    notebook.run("def f():\n    def inner():\n        return b\n    return inner()")
    assert notebook.call("f") == 2


def test_what_comes_later_in_the_notebook_counts_too(notebook):
    notebook.run("def f():\n    return later")
    notebook.lesson("later = 3")
    assert notebook.call("f") == 3


def test_what_a_learner_changes_stays_changed(notebook):
    notebook.lesson("x = 1")
    notebook.run("x = 2")
    notebook.run("def f():\n    return x")
    assert notebook.call("f") == 2


def test_what_a_learner_writes_runs_at_once(notebook):
    notebook.lesson("x = [1]")
    notebook.run("x.append(2)")
    notebook.run("def f():\n    return len(x)")
    assert notebook.call("f") == 2


def test_names_within_functions_are_their_own(notebook):
    notebook.lesson("params = 1 / 0")
    notebook.run("def f(params):\n    rows = [params for params in (1, 2)]\n    return len(rows)")
    assert notebook.call("f", 5.0) == 2
    assert not notebook.has("params")


@pytest.mark.parametrize("look", ["globals()['x']", "eval('x')", "__import__('__main__').x"])
def test_who_can_see_everything_finds_everything(notebook, look, monkeypatch):
    notebook.lesson("x = 5")
    monkeypatch.setitem(__import__("sys").modules, "__main__", notebook.worker.runner.module)
    notebook.run(f"def f():\n    return {look}")
    assert notebook.call("f") == 5


def test_a_cell_ends_where_it_fails(notebook):
    notebook.lesson("a = 1\nb = a / 0\na = 2")
    notebook.run("def f():\n    return [a, b]")
    notebook.run("def g():\n    return a")
    assert notebook.call("g") == 1
