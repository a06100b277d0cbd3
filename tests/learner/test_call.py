import contextlib
import os
import sys
import time
import warnings

import numpy as np

from grader.learner.call import PRINTED_LIMIT, answers_of, call


def test_the_value_comes_back_and_the_arguments_are_copies():
    given = np.ones(3)

    def function(x):
        x += 1
        return x

    outcome = call(function, (given,))
    assert np.array_equal(outcome.value, [2, 2, 2])
    assert np.array_equal(given, [1, 1, 1])
    assert np.array_equal(outcome.arguments[0], [2, 2, 2])


def test_an_exception_comes_back_with_its_line():
    def function(x):
        return x / undefined  # noqa: F821

    raised = call(function, (1,)).raised
    assert raised.kind == "NameError"
    assert "undefined" in raised.message
    assert raised.line.startswith("return x / undefined") and raised.function == "function"


def test_an_exception_inside_numpy_is_blamed_on_the_line_that_called_it():
    def function(x):
        return np.linalg.inv(x)

    assert call(function, (np.ones((2, 3)),)).raised.line == "return np.linalg.inv(x)"


def test_even_exit_and_broken_exceptions_come_back():
    class Broken(Exception):
        def __str__(self):
            raise RuntimeError

    def breaks(x):
        raise Broken

    assert call(lambda x: sys.exit(3), (1,)).raised.kind == "SystemExit"
    assert call(breaks, (1,)).raised.kind == "Broken"


def test_a_loop_without_end_is_stopped_even_if_it_catches_exceptions():
    def function(x):
        while True:
            with contextlib.suppress(Exception):
                x += 1

    start = time.perf_counter()
    outcome = call(function, (1,), seconds=0.2)
    assert outcome.timed_out
    assert time.perf_counter() - start < 2


def test_prints_are_kept_but_bounded_and_warnings_do_no_harm(capfd):
    def function(x):
        for _ in range(1000):
            print("0123456789")
        print("to stderr", file=sys.stderr)
        warnings.warn("careful", RuntimeWarning, stacklevel=1)
        return np.log(x)

    outcome = call(function, (np.zeros(1),))
    assert len(outcome.printed) == PRINTED_LIMIT
    assert any("careful" in text for text in outcome.warned)
    assert any("divide by zero" in text for text in outcome.warned)
    assert capfd.readouterr() == ("", "")


def test_autodiff_is_forbidden_before_it_runs():
    def function(x):
        import torch

        return torch.tensor(x)

    [outcome] = answers_of(function)([(1,), (2,)], 5)
    assert outcome.forbidden == "torch"
    assert outcome.raised is None


def test_time_is_measured():
    assert 0.05 <= call(lambda x: time.sleep(0.05), (1,)).seconds < 1


def test_the_environment_of_the_process_is_as_before():
    streams, here = (sys.stdout, sys.stderr), os.getcwd()
    call(lambda x: x, (1,))
    assert (sys.stdout, sys.stderr) == streams
    assert os.getcwd() == here


def test_numerical_warnings_are_seen_whatever_the_notebook_has_switched_off():
    with np.errstate(all="ignore"):
        outcome = call(lambda z: 1 / (1 + np.exp(-z)), (np.array(-1000.0),))
        assert np.geterr()["over"] == "ignore"
    assert any("overflow" in text for text in outcome.warned)
    assert not call(lambda z: np.exp(z), (np.array(-1000.0),)).warned, "underflow to 0 is no fault"


def test_an_array_that_is_taken_for_a_number_is_seen():
    """With the warning of NumPy 2.0 to 2.3, whatever NumPy is here."""
    text = "Conversion of an array with ndim > 0 to a scalar is deprecated, and will error in future."
    assert call(lambda: warnings.warn(text, DeprecationWarning, stacklevel=1), ()).takes_array_as_number
    assert not call(
        lambda: warnings.warn("Another.", DeprecationWarning, stacklevel=1), ()
    ).takes_array_as_number
    outcome = call(lambda: float(np.array([1.0])), ())
    assert outcome.takes_array_as_number or outcome.raised
