"""Outputs come from the sandbox as a notebook has them, without what is malformed or active."""

import base64

import numpy as np
import pytest

from grader.classroom.run import notebook_outputs
from grader.classroom.run.notebook_outputs import TEXT_LIMIT, error_output, outputs_of_cells
from grader.isolation.limits import NOTEBOOK_LIMITS

PNG = b"\x89PNG\r\n\x1a\n..."


def outputs(*listed):
    return notebook_outputs._outputs({"outputs": list(listed)})


def data(mime, value):
    [made] = outputs({"output_type": "display_data", "data": {"text/plain": "x", mime: value}})
    return made["data"].get(mime)


def test_each_cell_has_its_outputs_after_the_cells_before_it():
    cells = ["x = 1\nprint('out')", "x + 1", "1 / 0"]
    first, second, third = outputs_of_cells(cells, NOTEBOOK_LIMITS, {})
    assert first[0]["text"] == "out\n"
    assert second[0]["data"]["text/plain"] == "2"
    assert third[0]["ename"] == "ZeroDivisionError"


@pytest.mark.parametrize("reply", [{}, {"outputs": 3}, {"outputs": [3, None, {}, {"output_type": "odd"}]}])
def test_malformed_replies_have_no_outputs(reply):
    assert notebook_outputs._outputs(reply) == []


def test_streams_and_errors_are_text():
    assert outputs({"output_type": "stream", "name": 3, "text": 3})[0] == {
        "output_type": "stream",
        "name": "stdout",
        "text": "",
    }
    [stream] = outputs({"output_type": "stream", "name": "stderr", "text": "\x1b[2Jx" + "y" * TEXT_LIMIT})
    assert (
        stream["name"] == "stderr"
        and "\x1b" not in stream["text"]
        and len(stream["text"]) <= TEXT_LIMIT + 100
    )
    [error] = outputs({"output_type": "error", "ename": "E" * 200, "evalue": None, "traceback": "a\nb"})
    assert (len(error["ename"]), error["evalue"], error["traceback"]) == (100, "", ["a", "b"])


def test_data_is_made_harmless():
    assert "<script" not in data("text/html", "<b>x</b><script>alert(1)</script>")
    assert r"\href" not in data("text/latex", r"$\href{javascript:alert(1)}{x}$")
    assert data("text/markdown", "*x*") == "*x*"
    assert data("application/javascript", "alert(1)") is None
    assert data("image/svg+xml", "<svg/>") is None


def test_a_picture_is_one_by_its_signature():
    assert base64.b64decode(data("image/png", np.frombuffer(PNG, np.uint8))) == PNG
    assert data("image/png", np.frombuffer(b"GIF89a", np.uint8)) is None
    assert data("image/png", "not an array") is None


def test_an_error_in_one_line():
    error = error_output("NotRun", "It was not run.")
    assert (error["ename"], error["evalue"], error["traceback"]) == (
        "NotRun",
        "It was not run.",
        ["NotRun: It was not run."],
    )
