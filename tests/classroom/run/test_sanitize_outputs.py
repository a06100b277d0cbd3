"""Outputs are as a notebook has them, without what is malformed or active."""

import base64

import nbformat
import numpy as np
import pytest

from grader.classroom.run.sanitize_outputs import (
    HTML_COST_LIMIT,
    NOTEBOOK_OUTPUTS_LIMIT,
    TEXT_LIMIT,
    TOO_MUCH,
    error_output,
    sanitize_notebook_outputs,
    sanitize_outputs,
)

PNG = b"\x89PNG\r\n\x1a\n..."


def outputs(*listed):
    made = sanitize_outputs(list(listed))
    for output in made:
        nbformat.validate(nbformat.from_dict(output), ref="output", version=4, version_minor=5)
    return made


def data(mime, value):
    [made] = outputs({"output_type": "display_data", "data": {"text/plain": "x", mime: value}})
    return made["data"].get(mime)


@pytest.mark.parametrize(
    "malformed", [3, None, [], {}, {"output_type": "odd"}, {"output_type": "display_data"}]
)
def test_malformed_outputs_are_left_out(malformed):
    assert outputs(malformed) == []


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
    assert data("image/png", "not base64!") is None
    assert data("image/png", 3) is None
    text = base64.b64encode(PNG).decode()
    assert data("image/png", text) == data("image/png", [text[:8], "\n", text[8:]]) == text


def test_an_error_in_one_line():
    error = error_output("NotRun", "It was not run.")
    assert (error["ename"], error["evalue"], error["traceback"]) == (
        "NotRun",
        "It was not run.",
        ["NotRun: It was not run."],
    )


def test_texts_may_be_lists_of_lines():
    [stream, error] = outputs(
        {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]},
        {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["a", "b\nc"]},
    )
    assert stream["text"] == "a\nb"
    assert error["traceback"] == ["a", "b", "c"]


def test_long_streams_and_tracebacks_are_cut_as_by_nbgrader():
    from nbgrader.preprocessors import LimitOutput

    lines = [{"output_type": "stream", "name": name, "text": "x\n" * 700} for name in ("stdout", "stderr")]
    long = [
        *lines,
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": list("abcdefghij") * 30},
    ]
    cell = nbformat.v4.new_code_cell(outputs=[nbformat.from_dict(one) for one in long])
    assert outputs(*long) == LimitOutput().preprocess_cell(cell, {}, 0)[0].outputs


def test_of_a_notebook_with_too_many_outputs_the_rest_is_left_out():
    cell = [{"output_type": "stream", "text": "x"}] * 100
    made = list(sanitize_notebook_outputs([cell] * (NOTEBOOK_OUTPUTS_LIMIT // 100) + [cell, [], cell]))
    assert [len(outputs) for outputs in made[-4:]] == [100, 1, 0, 1]
    assert made[-1] == [error_output(*TOO_MUCH)]


@pytest.mark.parametrize("html", ["x" * 10**6, "<b>" * 30_000, ["&amp"] * 60_000])
def test_of_a_notebook_whose_html_takes_long_the_rest_is_left_out(html):
    cell = [{"output_type": "display_data", "data": {"text/html": html}}]
    made = list(sanitize_notebook_outputs([cell] * (HTML_COST_LIMIT // 10**6 + 1)))
    assert made[0] != [error_output(*TOO_MUCH)] == made[-1]
