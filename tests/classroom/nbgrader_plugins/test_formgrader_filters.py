"""What formgrader shows of code and Markdown, with the filters that the course's configuration names."""

import pytest
from jinja2 import Environment

from grader.classroom.nbgrader_plugins.formgrader_filters import clean_html, highlight_code, render_markdown
from grader.classroom.page.page import CELL_LIMIT

PNG = {"image/png": "aaaa"}


def rendered(source, **cell):
    """A Markdown text as nbgrader's templates render that of a cell, and as they render an output."""
    environment = Environment()
    environment.filters |= {"markdown2html": render_markdown, "clean_html": clean_html}
    template = environment.from_string("{{ source | markdown2html | clean_html | clean_html }}")
    return template.render(source=source, cell=cell)


def test_code_is_coloured_and_reads_as_it_is():
    shown = highlight_code("x = 1  # \u202eeurT\r\ny = 2", metadata={})
    assert 'class="n">x<' in shown and "\u202e" not in shown and "\r" not in shown and "\ufffdeurT" in shown


def test_markdown_is_rendered_with_its_formulas():
    html = rendered("**a** and $W_2$")
    assert "<strong>a</strong>" in html and "<msub><mi>W</mi>" in html


@pytest.mark.parametrize("name", ["x.png", "my%20drawing.png"])
def test_a_picture_that_was_pasted_is_shown(name):
    attachments = {"x.png": PNG, "my drawing.png": PNG, "other": {"image/svg+xml": "<svg onload=x>"}}
    html = rendered(f"![x](attachment:{name}) ![y](attachment:other)", attachments=attachments)
    assert html.count('src="data:image/png;base64,aaaa"') == html.count("src=") == 1


@pytest.mark.parametrize("name", ["03_backpropagation.png", "photo-1.jpg"])
def test_a_picture_beside_the_notebook_is_shown(name):
    assert f'<img src="{name}" alt="x">' in rendered(f"![x]({name}) [x]({name})")


@pytest.mark.parametrize("name", ["../x.png", "/x.png", "//x/x.png", "a/x.png", "http://x/x.png", "x.svg"])
def test_no_other_picture_is_asked_for(name):
    assert "src=" not in rendered(f"![x]({name})") and "href" not in rendered(f"[x]({name[1:]})")


@pytest.mark.parametrize("source", ["![x](attachment:x.png)", "<b>![x](attachment:)"])
@pytest.mark.parametrize(
    "attachments", [{}, ["x.png"], {"x.png": {"image/png": '"onerror=>'}}, {"x.png": "aaaa"}]
)
def test_a_picture_that_is_not_there_is_left_out(source, attachments):
    assert "src" not in rendered(source, attachments=attachments)


def test_what_a_learner_wrote_is_made_harmless():
    bad = "<script>x</script><img src=x onerror=alert(1)>"
    for html in (rendered(bad), clean_html(bad), clean_html(f"<math>{bad}</math>")):
        assert "script" not in html and "onerror" not in html and "<math" not in html


@pytest.mark.parametrize("formula", [r"\href{javascript:x}{x}", r"\text{$\href{javascript:x}{x}$}"])
def test_no_formula_has_a_link(formula):
    assert r"\href" not in rendered(f"${formula}$")


def test_a_text_that_is_too_long_is_cut():
    html = rendered("a" * CELL_LIMIT + "b")
    assert "b" not in html.partition("<p>The rest")[0] and "too much text" in html
