"""What formgrader shows of code and Markdown, with the filters that the course's configuration names."""

import pytest
from jinja2 import Environment

from grader.classroom.nbgrader_plugins.formgrader_filters import highlight_code, render_markdown


def rendered(source, **cell):
    environment = Environment()
    environment.filters["markdown2html"] = render_markdown
    return environment.from_string("{{ source | markdown2html }}").render(source=source, cell=cell)


def test_code_is_coloured_and_reads_as_it_is():
    shown = highlight_code("x = 1  # \u202eeurT\r\ny = 2", metadata={})
    assert 'class="n">x<' in shown and "\u202e" not in shown and "\r" not in shown and "\ufffdeurT" in shown


def test_markdown_is_rendered_with_its_pictures():
    assert "<strong>a</strong>" in rendered("**a**")
    assert "base64,aaaa" in rendered("![x](attachment:x.png)", attachments={"x.png": {"image/png": "aaaa"}})


@pytest.mark.parametrize("source", ["![x](attachment:x.png)", "<b>![x](attachment:)"])
def test_a_picture_that_is_not_there_leaves_the_text(source):
    assert "attachment:" in rendered(source) and "<b>" not in rendered(source)
