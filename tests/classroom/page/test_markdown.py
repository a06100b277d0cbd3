import hashlib

import pytest

from grader import lessons
from grader.classroom.page.cached_by_text import LENGTH_LIMIT, TEXTS
from grader.classroom.page.markdown import render_comment, render_markdown
from tests.classroom.page.conftest import released
from tests.classroom.page.html_structure import Structure


def test_markdown_and_formulas():
    html = render_markdown("# A *b*\n\nAs $x_1$ and\n$$y$$\n\n|a|\n|-|\n|$z$|\n\n~~no~~")
    assert "<h1>A <em>b</em></h1>" in html and "<table>" in html and "<s>no</s>" in html
    assert html.count("<math") == 3 and html.count('<span class="formula"><math display="block">') == 1


def test_a_comment_is_markdown_whose_lines_and_signs_stay():
    html = render_comment("**Good**, $W_2$\nwhere a <b and c> d")
    assert "<strong>Good</strong>" in html and "<msub>" in html
    assert "<br>\nwhere a &lt;b and c&gt; d" in html


def test_dollars_that_are_no_formulas():
    assert "<math" not in render_markdown("It costs $5 or $6.\n\n`$a$`\n\n    $b$\n")


@pytest.mark.parametrize("lesson", lessons.names())
def test_every_formula_of_every_lesson_is_mathml(lesson):
    cells = released(lesson)["cells"]
    for cell in cells:
        if cell["cell_type"] == "markdown":
            html = render_markdown(cell["source"])
            assert not any("\\" in text for text in Structure(html).text.split("$")), cell["source"]
            assert "$" not in Structure(html).text
        assert len(cell["source"]) <= LENGTH_LIMIT
    assert len(cells) <= TEXTS


def test_a_mark_in_the_text_is_no_formula():
    text = "$x$ ![a](data:image/png;base64,AAAA 'MARK')"
    mark = hashlib.sha256(text.encode()).hexdigest()
    html = render_markdown(text.replace("MARK", f"{mark}:0:"))
    assert html.count("<math") == 1 and "<math" not in html.partition("title=")[2]


def test_a_formula_in_an_attribute_stays_out_of_it():
    html = render_markdown('![$x$](data:image/png;base64,AAAA "$y$") <b title="$z$">a</b>')
    assert "<math" not in html


@pytest.mark.parametrize("text", ["$\udc80$", "\x00", "a\r\nb", ""])
def test_odd_characters(text):
    Structure(render_markdown(text))
