"""The exception handler, with a shell that records what it is to display."""

import sys
import types

import pytest

from grader.learner import ipython_errors
from grader.learner.ipython_errors import NotAttempted


class Shell:
    def __init__(self):
        self.displayed = []

    def set_custom_exc(self, kinds, handler):
        self.kinds, self.handler = kinds, handler

    def showtraceback(self, exception, tb_offset=None):
        self.displayed.append(exception)

    def run(self, text, name="__main__"):
        """Run a cell; return what is displayed of its exception."""
        try:
            exec(compile(text, "<cell>", "exec"), {"__name__": name})
        except self.kinds as error:
            self.handler(self, type(error), error, error.__traceback__.tb_next)
        return self.displayed[-1]


@pytest.fixture
def shell(monkeypatch):
    made = Shell()
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: made))
    ipython_errors.install_exception_handler()
    return made


UNFINISHED = "def backward():\n    raise NotImplementedError\nbackward()"


def test_an_unfinished_exercise_is_one_line(shell):
    kind, message, _ = shell.run(UNFINISHED)
    assert kind is NotAttempted
    assert message._render_traceback_() == ["Not attempted yet: this cell needs the exercise `backward`."]


def test_a_name_that_is_missing_afterwards_is_explained(shell):
    assert shell.run("grads")[0] is NameError
    shell.run(UNFINISHED)
    kind, message, _ = shell.run("grads")
    assert kind is NotAttempted
    assert "`grads` is not defined yet" in str(message)
    assert "`backward`" in str(message)


def test_a_name_that_a_function_misses_is_an_ordinary_error(shell):
    shell.run(UNFINISHED)
    assert shell.run("def f():\n    return grads\nf()")[0] is NameError


def test_an_exception_of_a_library_is_displayed_as_usual(shell):
    assert shell.run(UNFINISHED, name="library")[0] is NotImplementedError


@pytest.mark.parametrize("ipython", [None, types.SimpleNamespace(get_ipython=lambda: None)])
def test_nothing_is_installed_outside_ipython(monkeypatch, ipython):
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    ipython_errors.install_exception_handler()
