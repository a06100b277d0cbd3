"""The exception handler, with a shell that records what it is to display."""

import linecache
import sys
import types

import pytest

from grader.learner import ipython_errors
from grader.learner.ipython_errors import NotAttempted, TensorFlowMissing


class Shell:
    def __init__(self):
        self.displayed = []

    def set_custom_exc(self, kinds, handler):
        self.kinds, self.handler = kinds, handler

    def showtraceback(self, exception, tb_offset=None):
        self.displayed.append(exception)

    def run(self, text, name="__main__", frame="<module>"):
        """Run a cell, whose code has the name `frame`; return what is displayed of its exception."""
        linecache.cache["<cell>"] = len(text), None, text.splitlines(keepends=True), "<cell>"
        try:
            exec(compile(text, "<cell>", "exec").replace(co_name=frame), {"__name__": name})
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


@pytest.mark.parametrize("frame", ["<module>", "<cell line: 3>"])  # of IPython now, and of Colab's
def test_a_name_that_is_missing_afterwards_is_explained(shell, frame):
    assert shell.run("grads", frame=frame)[0] is NameError
    shell.run(UNFINISHED, frame=frame)
    kind, message, _ = shell.run("grads", frame=frame)
    assert kind is NotAttempted
    assert "`grads` is not defined yet" in str(message)
    assert "`backward`" in str(message)


def test_a_name_that_a_function_misses_is_an_ordinary_error(shell):
    shell.run(UNFINISHED)
    assert shell.run("def f():\n    return grads\nf()")[0] is NameError


def test_a_name_that_a_function_misses_is_explained_if_an_earlier_cell_would_have_defined_it(shell):
    shell.run(UNFINISHED + "\ngrads, again = backward(), 1\ndef helper():\n    import math as m")
    for name in ("grads", "helper", "m"):
        kind, message, _ = shell.run(f"def f():\n    return {name}\nf()")
        assert kind is NotAttempted
        assert f"`{name}` is not defined yet" in str(message)
    assert shell.run("def f():\n    return gards\nf()")[0] is NameError


def test_an_exception_of_a_library_is_displayed_as_usual(shell):
    assert shell.run(UNFINISHED, name="library")[0] is NotImplementedError


def test_a_cell_that_needs_tensorflow_says_so_and_so_do_those_after_it(shell, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    kind, message, _ = shell.run("def load():\n    import tensorflow\ntf = load()")
    assert kind is TensorFlowMissing
    (line,) = message._render_traceback_()
    assert line == "This cell needs TensorFlow, which is not installed here. Every check works without it."
    kind, message, _ = shell.run("tf")
    assert kind is NotAttempted
    assert str(message) == "`tf` is not defined yet: an earlier cell waits for TensorFlow."


def test_another_module_that_is_missing_is_an_ordinary_error(shell):
    assert shell.run("import no_such_module")[0] is ModuleNotFoundError


@pytest.mark.parametrize("ipython", [None, types.SimpleNamespace(get_ipython=lambda: None)])
def test_nothing_is_installed_outside_ipython(monkeypatch, ipython):
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    ipython_errors.install_exception_handler()
