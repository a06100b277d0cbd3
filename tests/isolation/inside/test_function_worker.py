import numpy as np
import pytest

from grader.isolation.inside.function_worker import FunctionWorker


def run(worker, text):
    request = {"run": np.frombuffer(text.encode(), np.uint8), "file": "submission.py"}
    return worker.handle_request({**request, "seconds": 5.0, "is_cell": False, "lazy": False})


@pytest.fixture
def worker():
    return FunctionWorker("submission_of_a_test")


def test_the_reply_to_code_names_what_it_defines(worker):
    reply = run(worker, "x = 1\n__hidden__ = 2\ndef f():\n    return x\n")
    assert reply == {"defined": ["x", "f"], "failure": None, "syntax_error": None}


def test_the_reply_tells_a_failure_and_a_syntax_error(worker):
    assert run(worker, "x = 1\ny = x / 0\n")["failure"]["line_number"] == 2
    assert run(worker, "x = 1\ndef f(:\n")["syntax_error"]["line_number"] == 2


def test_code_that_runs_too_long_is_a_failure(worker):
    text = np.frombuffer(b"while True: pass", np.uint8)
    request = {"run": text, "file": "<cell 1>", "seconds": 0.1, "is_cell": True, "lazy": False}
    assert worker.handle_request(request)["failure"]["kind"] == "OutOfTime"


def test_a_call_answers_with_value_and_arguments_but_no_functions(worker):
    run(worker, "def f(a, g):\n    a += g(1)\n    return a\n")
    reply = worker.handle_request({"name": "f", "arguments": (np.zeros(2), abs), "seconds": 5.0})
    assert np.array_equal(reply["value"], [1, 1])
    assert np.array_equal(reply["arguments"][0], [1, 1])
    assert reply["arguments"][1] is None


def test_a_function_that_is_defined_again_replaces_the_first(worker):
    for value in (1, 2):
        run(worker, f"def f():\n    return {value}\n")
        assert worker.handle_request({"name": "f", "arguments": (), "seconds": 5.0})["value"] == value
