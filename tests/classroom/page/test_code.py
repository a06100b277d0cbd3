import re
from html import unescape

import pytest

from grader.classroom.page.code import COLOURED_LIMIT, highlight


def test_python_is_coloured():
    html = highlight("def f(x):  # why\n    return 'a' if x < 1.5 else \"b\"")
    assert html.startswith('<i class="k">def</i> <i class="f">f</i>(x):')
    assert '<i class="c"># why</i>' in html and '<i class="n">1.5</i>' in html
    assert "x &lt; " in html


@pytest.mark.parametrize(
    "code", ["", "\n\n x\n\n", "%matplotlib inline\n!ls", "<b>&amp;</b>", '\'unfinished\n\t"""', "é😀"]
)
def test_the_text_stays(code):
    assert unescape(re.sub("</?i[^>]*>", "", highlight(code))) == code
    assert not re.sub('<i class="[a-z]">|</i>', "", highlight(code)).count("<")


def test_long_code_has_no_colours():
    code = "x = 1\n" * COLOURED_LIMIT
    assert highlight(code) == code
