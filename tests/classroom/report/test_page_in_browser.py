"""The report in headless Chromium: on a phone, in a light and a dark theme, printed, sorted by keyboard."""

from dataclasses import replace

import pytest

from grader.classroom.report.class_report import OUTCOMES
from grader.classroom.report.page import render_report
from tests.browser.accessibility import violations
from tests.browser.contrasts import CONTRASTS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def html(report):
    return render_report(report, {row.student: "feedback.html" for row in report.rows})


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_is_readable_and_nothing_is_requested(open_page, html, screenshots, theme):
    page, requests = open_page(html, theme=theme)
    contrasts = page.evaluate(CONTRASTS)
    assert "SPAN.share correct" in contrasts
    assert not {key: value for key, value in contrasts.items() if value < 4.5}
    assert requests == []
    page.screenshot(path=screenshots / f"report-{theme}.png", full_page=True)
    assert violations(page) == {}


@pytest.mark.parametrize("width", [390, 720, 1000])
def test_no_width_scrolls_the_page_sideways(open_page, report, screenshots, width):
    of_all_kinds = [
        replace(one, outcomes=dict.fromkeys(OUTCOMES, 12), unexplained=5) for one in report.exercises
    ]
    page, _ = open_page(render_report(replace(report, exercises=of_all_kinds), {}), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.screenshot(path=screenshots / f"report-{width}.png", full_page=True)


def students(page):
    return page.locator(".students tbody th").all_inner_texts()


def test_the_table_is_sorted_by_keyboard(open_page, html):
    page, _ = open_page(html)
    before = students(page)
    button = page.get_by_role("button", name="of 20")
    button.focus()
    page.keyboard.press("Enter")
    head = page.locator(".students thead th").nth(1)
    assert head.get_attribute("aria-sort") == "ascending"
    assert students(page)[1] == "none" and students(page)[-1].startswith("right")
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert students(page)[-2] == "none"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    plain = [name for name in students(page) if name.isalnum()]
    assert plain == sorted(filter(str.isalnum, before), key=lambda name: (name[:4], len(name), name))
    assert head.get_attribute("aria-sort") is None


def test_the_page_is_whole_without_its_script(browser, html, tmp_path):
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    page = browser.new_page(java_script_enabled=False)
    page.goto((tmp_path / "page.html").as_uri())
    assert page.get_by_role("button").count() == 0 and len(students(page)) == 29


def test_print_opens_what_is_folded(open_page, html):
    page, _ = open_page(html.replace("<details open>", "<details>"))
    hidden = page.locator("details p").first
    assert not hidden.is_visible()
    page.emulate_media(media="print")
    assert hidden.is_visible()
    assert page.pdf().startswith(b"%PDF")
