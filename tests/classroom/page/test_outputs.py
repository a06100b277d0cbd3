import pytest

from grader.classroom.page.outputs import cost_of, render_output
from tests.classroom.page.conftest import output

PICTURE = "iVBORw0KGgo" + "A" * 1000


def test_text_has_no_colours_of_a_terminal():
    stream = {"output_type": "stream", "name": "stderr", "text": "\x1b[31ma < b\x1b[0m\rc"}
    assert render_output(stream) == "<pre>c</pre>"
    error = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[0;31mE\x1b[0m: <v>"]}
    assert render_output(error) == "<pre>E: &lt;v&gt;</pre>"
    assert render_output(error | {"traceback": []}) == "<pre>E: v</pre>"


@pytest.mark.parametrize(
    ("data", "html"),
    [
        ({"text/html": "<b onclick=x>b</b>", "text/plain": "a"}, "<b>b</b>"),
        ({"image/png": "AAAA\nBBBB\n", "text/plain": '"A" <b>'},
         '<img alt="&quot;A&quot; &lt;b&gt;" src="data:image/png;base64,AAAABBBB">'),
        ({"image/png": 'AA"onload="x', "text/plain": "a"}, "<pre>a</pre>"),
        ({"image/svg+xml": "<svg/>", "text/plain": "a"}, "<pre>a</pre>"),
        ({"text/markdown": "*b*", "text/plain": "a"}, "<p><em>b</em></p>\n"),
        ({"application/json": {"a": 1}}, ""),
        ({"text/plain": "  "}, ""),
        ({}, ""),
    ],
)  # fmt: skip
def test_the_richest_form_that_is_harmless_is_shown(data, html):
    assert render_output(output(data)) == html


def test_pictures_in_html_stay_and_other_sources_do_not():
    html = f'<p><img alt="a" src="data:image/png;base64,{PICTURE}"></p><img src="http://x/{PICTURE}">'
    assert render_output(output({"text/html": html})).startswith(
        f'<p><img alt="a" src="data:image/png;base64,{PICTURE}"></p><img'
    )
    assert "http://x" not in render_output(output({"text/html": html}))
    bad = f'<img src="data:image/svg+xml;base64,{PICTURE}">'
    assert PICTURE not in render_output(output({"text/html": bad}))


def test_html_of_too_many_tags_is_left_out_and_tags_cost():
    assert "too many tags" in render_output(output({"text/html": "<b>" * 30_000}))
    assert (
        cost_of(output({"text/html": "<b>" * 1000})) > 100_000 > cost_of(output({"text/plain": "b" * 1000}))
    )
