import time

import pytest

from grader.classroom.page.formulas import LENGTH_LIMIT, mathml
from tests.classroom.page.html_structure import Structure


def test_what_a_formula_says():
    assert mathml("x < 1") == ('<math display="inline"><mrow><mi>x</mi><mo>&lt;</mo><mn>1</mn></mrow></math>')
    assert mathml("x", is_display=True).startswith('<math display="block">')
    assert "<mtable" in mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}")
    assert "<mtable" in mathml(r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}")


@pytest.mark.parametrize(
    ("latex", "letters"),
    [(r"\mathbb{R}", "ℝ"), (r"\mathbb{A}", "𝔸"), (r"\mathcal{L}", "ℒ"), (r"\mathfrak{C}", "ℭ")],
)
def test_letters_that_browsers_do_not_style_are_characters(latex, letters):
    assert letters in mathml(latex)


def test_a_space_stands_between_a_function_and_its_argument():
    assert '<mi>log</mi><mspace width="0.167em"></mspace><mi>f</mi>' in mathml(r"\log f")
    assert '<mi>log</mi><mo stretchy="false">(</mo>' in mathml(r"\log(f)")


@pytest.mark.parametrize(
    "latex", [r"\begin{foo}a & b\end{foo}", r"\frac{1}", r"\left(", "}", "x" * (LENGTH_LIMIT + 1), "{" * 1400]
)
def test_what_cannot_be_converted_is_shown_as_its_source(latex):
    html = mathml(latex)
    assert html == f"<code>{latex.replace('&', '&amp;')}</code>" or html.startswith("<math")


def test_an_environment_that_is_not_known_is_shown_as_its_source():
    assert mathml(r"\begin{foo}a & <b>\end{foo}").startswith("<code>\\begin{foo}a &amp; &lt;b&gt;")


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{</math><script>alert(1)</script>}",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&amp;lt;script&amp;gt;",
        r"\href{javascript:alert(1)}{x}",
        r"\style{position:fixed}{x}",
        r"\class{verdict}{x} \cssId{x}{y}",
        r"\color{red;background:url(http://x)}x",
        r"\hspace{1em\"onclick=\"x}",
        r"\operatorname{<img src=x onerror=alert(1)>}",
        "<b>x</b>",
    ],
)
def test_a_formula_is_text_and_mathml_alone(latex):
    for tag, attributes, _ in Structure(mathml(latex)).elements:
        assert tag in ("math", "code") or tag.startswith("m")
        assert not set(attributes) & {"href", "style", "class", "id", "onclick", "src", "xlink:href"}


@pytest.mark.parametrize("piece", ["{", "x^", r"\frac", r"\sqrt[", r"\left(", "x'", r"\begin{matrix}", "&"])
def test_no_formula_takes_long(piece):
    start = time.process_time()
    mathml(piece * (LENGTH_LIMIT // len(piece)))
    assert time.process_time() - start < 1
