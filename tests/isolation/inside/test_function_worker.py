import numpy as np
import pytest

from grader.isolation.inside.function_worker import FunctionWorker


def run(worker, text):
    request = {"run": np.frombuffer(text.encode(), np.uint8), "file": "submission.py"}
    request |= {"seconds": 5.0, "is_cell": False, "lazy": False}
    return list(worker.handle_request({"code": [request]}))


def call(worker, *cases, seconds=5.0):
    return list(worker.handle_request({"name": "f", "cases": cases, "seconds": seconds}))


@pytest.fixture
def worker():
    return FunctionWorker("submission_of_a_test")


def test_the_reply_to_code_names_what_it_defines(worker):
    replies = run(worker, "x = 1\n__hidden__ = 2\ndef f():\n    return x\n")
    assert replies == [{"failure": None, "syntax_error": None}, {"defined": ["x", "f"]}]


def test_the_reply_tells_a_failure_and_a_syntax_error(worker):
    assert run(worker, "x = 1\ny = x / 0\n")[0]["failure"]["line_number"] == 2
    assert run(worker, "x = 1\ndef f(:\n")[0]["syntax_error"]["line_number"] == 2


def test_code_that_runs_too_long_is_a_failure(worker):
    text = np.frombuffer(b"while True: pass", np.uint8)
    request = {"run": text, "file": "<cell 1>", "seconds": 0.1, "is_cell": True, "lazy": False}
    assert next(worker.handle_request({"code": [request]}))["failure"]["kind"] == "OutOfTime"


def test_a_call_answers_with_value_and_arguments_but_no_functions(worker):
    run(worker, "def f(a, g):\n    a += g(1)\n    return a\n")
    [reply] = call(worker, (np.zeros(2), abs))
    assert np.array_equal(reply["value"], [1, 1])
    assert np.array_equal(reply["arguments"][0], [1, 1])
    assert reply["arguments"][1] is None


def test_a_function_that_is_defined_again_replaces_the_first(worker):
    for value in (1, 2):
        run(worker, f"def f():\n    return {value}\n")
        assert call(worker, ())[0]["value"] == value


def test_each_call_is_answered_until_one_runs_out_of_time(worker):
    run(worker, "def f(n):\n    while n > 1:\n        pass\n    return n\n")
    replies = call(worker, (0,), (1,), (2,), (1,), seconds=0.3)
    assert [reply["value"] for reply in replies] == [0, 1, None]
    assert replies[2]["timed_out"]
