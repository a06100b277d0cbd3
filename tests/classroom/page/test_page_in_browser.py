"""The feedback page in headless Chromium: on a phone, in a light and a dark theme, printed."""

import pytest

from grader.classroom.page.page import render_page
from grader.classroom.records import Grades
from grader.lessons import names
from tests.browser.accessibility import violations
from tests.browser.contrasts import CONTRASTS
from tests.classroom.page.conftest import LESSON, output, released
from tests.classroom.page.test_page import code, markdown

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

WIDE = "x = '" + "wide " * 100 + "'"
TABLE = "|" + "column|" * 40 + "\n|" + "-|" * 40
OUT_OF_FRAME = "<div style='height: 9000px; width: 9000px'>x</div>"


@pytest.fixture
def feedback_page(autograded, grades):
    """A page with a wrong answer, a comment, and content that is wider and higher than its frame."""
    notebook = autograded(hidden_delta="wrong", backward="wrong", output_delta="missing")
    notebook["cells"] += [
        *(markdown(text) for text in (TABLE, f"    {WIDE}", "$$" + "x + " * 100 + "1$$", OUT_OF_FRAME)),
        code(WIDE, {"output_type": "stream", "name": "stdout", "text": WIDE}),
        code("", output({"text/html": OUT_OF_FRAME})),
    ]
    graded = grades(notebook, comments={"answer": "Well said. " * 9}, late_penalty=1)
    return render_page(notebook, graded, LESSON, "ada")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_is_readable_and_nothing_is_requested(open_page, feedback_page, screenshots, theme):
    page, requests = open_page(feedback_page, theme=theme)
    page.locator("details").first.locator("summary").click()
    contrasts = page.evaluate(CONTRASTS)
    assert "B." in contrasts and not {key: value for key, value in contrasts.items() if value < 4.5}
    assert requests == []
    page.screenshot(path=screenshots / f"feedback-{theme}.png")
    assert violations(page) == {}


def test_a_phone_scrolls_no_page_sideways(open_page, feedback_page, screenshots):
    page, _ = open_page(feedback_page, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.screenshot(path=screenshots / "feedback-phone.png")
    wide = page.locator(".cell pre").filter(has_text="wide wide").first
    assert wide.evaluate("e => e.scrollWidth > e.clientWidth")


def test_nothing_leaves_its_frame(open_page, feedback_page):
    page, _ = open_page(feedback_page)
    for frame in page.locator(".cell").filter(has=page.locator("div[style]")).all():
        box = frame.bounding_box()
        assert box["width"] < 1000 and box["height"] < 2500
        assert frame.evaluate("e => getComputedStyle(e).contain") == "content"


def test_print_opens_the_details_and_keeps_the_signs(open_page, feedback_page):
    page, _ = open_page(feedback_page)
    hidden = page.get_by_text("print(hidden_delta(*tiny))").first
    assert not hidden.is_visible()
    page.emulate_media(media="print")
    assert hidden.is_visible()
    assert page.locator(".verdict pre b").first.is_visible()
    assert page.pdf().startswith(b"%PDF")


FORMULAS = {"07_list_of_layers": 29}
"""Lessons with few formulas."""


@pytest.mark.parametrize("lesson", names())
def test_every_formula_is_drawn(open_page, lesson):
    html = render_page(released(lesson), Grades(0, 0), lesson, "ada")
    page, _ = open_page(html)
    heights = page.evaluate("[...document.querySelectorAll('math')].map(m => m.clientHeight)")
    assert len(heights) > FORMULAS.get(lesson, 80) and min(heights) > 5
    spaces = page.evaluate("[...document.querySelectorAll('math *')].map(e => e.namespaceURI)")
    assert set(spaces) == {"http://www.w3.org/1998/Math/MathML"}
