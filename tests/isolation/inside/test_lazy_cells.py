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


@pytest.mark.parametrize(
    ("lesson", "name"),
    [
        ("import math as m", "m"),
        ("from math import floor as m", "m"),
        ("import os.path", "os"),
        ("def m():\n    return 1", "m"),
        ("def m(x=2, *, y='a'):\n    return floor(x)", "m"),
    ],
)
def test_a_definition_or_an_import_waits_until_it_is_needed(notebook, lesson, name):
    notebook.lesson(lesson)
    assert not notebook.has(name)
    assert name in notebook.worker.runner.defined()
    notebook.run(f"try:\n    {name}\n    found = True\nexcept NameError:\n    found = False")
    notebook.run("def f():\n    return found")
    assert notebook.call("f") is True


@pytest.mark.parametrize(
    "lesson", ["def m(x=a):\n    return x", "class M:\n    held = a\nm = lambda: M.held"]
)
def test_a_definition_that_uses_a_name_at_once_sees_its_value_then(notebook, lesson):
    notebook.lesson("a = 1")
    notebook.lesson(lesson)
    notebook.run("a = 2\ndef f():\n    return m()")
    assert notebook.call("f") == 1


def test_the_last_of_several_definitions_counts(notebook):
    notebook.lesson("def helper():\n    return 1")
    notebook.lesson("def helper():\n    return 2")
    notebook.run("def f():\n    return helper()")
    assert notebook.call("f") == 2
    notebook.run("def helper():\n    return 3")
    assert notebook.call("f") == 3
    notebook.lesson("def helper():\n    return 4")
    assert notebook.call("f") == 4


def test_a_learners_own_definition_stays(notebook):
    notebook.lesson("from math import floor\ndef helper():\n    return 1")
    notebook.run("helper = floor = lambda *x: 5")
    notebook.run("def f():\n    return helper() + floor(1.5)")
    assert notebook.call("f") == 10


def test_what_a_function_assigns_to_a_global_name_stays(notebook):
    notebook.lesson("def helper():\n    return 1")
    notebook.run("def change():\n    global helper\n    helper = lambda: 6\nchange()")
    notebook.run("def f():\n    return helper()")
    assert notebook.call("f") == 6


def test_an_import_of_all_names_keeps_its_place(notebook):
    notebook.lesson("def floor(x):\n    return 'mine'\ndef ceil(x):\n    return 'mine'")
    notebook.run("from math import *")
    notebook.lesson("def ceil(x):\n    return 'later'")
    notebook.run("def f():\n    return [floor(1.5), ceil(1.5)]")
    assert notebook.call("f") == [1, "later"]


def test_a_lessons_import_of_all_names_runs_in_its_place(notebook):
    notebook.lesson("def floor(x):\n    return 'mine'")
    notebook.lesson("from math import *")
    notebook.run("def f():\n    return floor(1.5)")
    assert notebook.call("f") == 1


def test_a_definition_does_not_depend_on_what_failed_before_it(notebook):
    notebook.lesson("a = 1 / 0\ndef helper():\n    return 1\nb = 2")
    notebook.run("try:\n    a\nexcept NameError:\n    pass\ndef f():\n    return helper()")
    assert notebook.call("f") == 1
    assert not notebook.has("b")


def test_names_within_functions_are_their_own(notebook):
    notebook.lesson("params = 1 / 0")
    notebook.run("def f(params):\n    rows = [params for params in (1, 2)]\n    return len(rows)")
    assert notebook.call("f", 5.0) == 2
    assert not notebook.has("params")


@pytest.mark.parametrize(
    "look",
    [
        *("globals()['x']", "eval('x')", "__import__('__main__').x", "f.__globals__['x']"),
        *("os.sys.modules['__main__'].x", "(x for x in ()).gi_frame.f_globals['x']"),
    ],
)
def test_who_can_see_everything_finds_everything(notebook, look, monkeypatch):
    notebook.lesson("import os\nx = 5")
    monkeypatch.setitem(__import__("sys").modules, "__main__", notebook.worker.runner.module)
    notebook.run(f"def f():\n    return {look}")
    assert notebook.call("f") == 5


def test_a_cell_ends_where_it_fails(notebook):
    notebook.lesson("a = 1\nb = a / 0\na = 2")
    notebook.run("def f():\n    return [a, b]")
    notebook.run("def g():\n    return a")
    assert notebook.call("g") == 1
