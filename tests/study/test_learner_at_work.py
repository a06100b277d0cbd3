"""Where a person is at work, their progress is kept; a run by a program neither reads nor writes it."""

import json
import os

import pytest
from jupyter_client.manager import start_new_kernel

SETUP = "LESSON = '03_backpropagation'\nfrom grader import *\ndef output_delta(A, Y): return (A - Y) / len(A)"


@pytest.fixture(scope="module")
def kernel(root, tmp_path_factory):
    """A function that runs a cell in a kernel, with a person there or not, and returns what is displayed."""
    folder = tmp_path_factory.mktemp("home")
    env = {"XDG_DATA_HOME": str(folder / "data"), "HOME": str(folder), "PYTHONPATH": str(root)}
    manager, client = start_new_kernel(env={**os.environ, **env}, cwd=str(root))

    def run(code, person):
        messages = []
        reply = client.execute_interactive(code, allow_stdin=person, timeout=60, output_hook=messages.append)
        assert reply["content"]["status"] == "ok", reply["content"]
        shown = ("display_data", "execute_result")
        return [message["content"]["data"] for message in messages if message["msg_type"] in shown]

    run.data = folder / "data"
    run(SETUP, False)
    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_a_run_by_a_program_keeps_nothing_and_asks_nothing(kernel):
    assert kernel("ask_prediction('p', 'Does it move?', ['no', 'yes'])", False) == []
    assert kernel("compare_prediction('p', [True, False])", False) == []
    assert not kernel.data.exists()


def test_a_persons_work_is_kept_in_their_file(kernel):
    shown = kernel("ask_prediction('p', 'Does it move?', ['no', 'yes'], answer=1)", True)
    assert shown[0]["text/plain"].startswith("Kept: no.")
    (file,) = kernel.data.rglob("progress.json")
    assert (
        json.loads(file.read_text())["lessons"]["03_backpropagation"]["predictions"]["p"]["prediction"] == 0
    )


def test_a_question_follows_the_first_right_verdict_below_it(kernel):
    verdict, still, live = kernel("check(output_delta)", True)
    assert "text/plain" in verdict and float(verdict["text/plain"]) == 1
    assert "One of 10 examples" in still["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in live
    assert len(kernel("check(output_delta)", True)) == 1


def test_a_grading_gets_the_verdict_alone(kernel):
    (verdict,) = kernel("check(output_delta)", False)
    assert float(verdict["text/plain"]) == 1


def test_hints_and_progress_are_outputs_and_no_partial_credit(kernel):
    for call in ("hint(output_delta)", "solution(output_delta)", "progress()"):
        (shown,) = kernel(call, False)
        assert "<" in shown["text/html"]
        with pytest.raises(ValueError, match="could not convert"):
            float(shown["text/plain"])
