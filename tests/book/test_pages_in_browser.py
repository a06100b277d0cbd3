"""The pages of a book in headless Chromium, from files, without a network."""

import html
import re
from urllib.parse import unquote

import pytest

from grader import lessons
from tests.book.conftest import DARK, LIGHT
from tests.browser.contrasts import CONTRASTS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("book")]

PAGES = ("index", "questions", "notation", *lessons.names())
LESSON = "03_backpropagation"
FORMULAS = "[...document.querySelectorAll('.bd-article math')].map(m => m.getBoundingClientRect().height)"
FOLDED = """() => [true, false].map(isShown => [...document.querySelectorAll('.bd-article details')]
  .filter(fold => isShown === fold.lastElementChild.checkVisibility())
  .map(fold => fold.querySelector('summary').textContent.trim().split('\\n')[0]))"""
"""The summaries of what is folded and seen, and of what is not seen."""
WORDS = """() => {
  document.querySelectorAll('pre').forEach(code => code.remove());
  return document.querySelector('.bd-article').innerText;
}"""


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_formulas_are_drawn_nothing_is_requested_and_no_page_is_wide(open_page, name):
    opened = open_page(name, width=390)
    page = opened.page
    page.evaluate("document.querySelectorAll('.bd-article details').forEach(fold => fold.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    heights = page.evaluate(FORMULAS)
    assert not [height for height in heights if height < 5]
    assert len(heights) > 20 or name in ("index", "questions")
    if heights:
        assert page.evaluate("document.fonts.ready.then(f => f.check('16px \"STIX Two Math\"'))")
    words = page.evaluate(WORDS)
    assert not re.search(r"\\[a-z]{3,}\b|\$\$|BEGIN SOLUTION|Run this cell to work with it", words)
    assert opened.trouble == []


def links_of(text):
    return [html.unescape(link) for link in re.findall(r'<a\b[^>]* href="([^"]*)"', text)]


def ids_of(text):
    return {html.unescape(name) for name in re.findall(r'\bid="([^"]*)"', text)}


def test_every_link_leads_somewhere(book):
    pages = {file.name: file.read_text(encoding="utf-8") for file in book.glob("*.html")}
    ids = {name: ids_of(text) for name, text in pages.items()}
    dead = []
    for name, text in pages.items():
        for link in links_of(text):
            if link.startswith(("https:", "javascript:")):
                continue
            file, _, target = link.partition("#")
            file = file or name
            if not (book / file).is_file() or target and file in ids and unquote(target) not in ids[file]:
                dead.append((name, link))
    assert dead == []


def test_verdicts_lead_to_sections(open_page):
    page = open_page(LESSON).page
    link = page.locator(".verdict a").first
    link.click()
    target = unquote(page.evaluate("location.hash.slice(1)"))
    top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", target)
    assert -5 < top < 200


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_is_readable(open_page, screenshots, theme):
    page = open_page(LESSON, theme).page
    page.locator(".verdict details summary").first.click()
    page.locator("details.hide summary").nth(1).click()
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished)).then(() => null)")
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 20
    assert {key: value for key, value in contrasts.items() if value < 4.5} == {}
    page.locator(".verdict").first.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / f"book-{theme}.png")


def test_solutions_are_folded(open_page):
    page = open_page(LESSON).page
    fold = page.locator("details.hide").filter(has_text="return (A - Y) / len(Y)")
    solution = fold.locator("pre")
    assert not solution.is_visible()
    fold.locator("summary").click()
    assert solution.is_visible()


def test_a_search_finds_words(open_page):
    page = open_page("index").page
    page.goto(page.url.replace("index.html", "search.html?q=overflow"))
    page.locator("#search-results li a").first.wait_for(timeout=20_000)
    assert page.locator("#search-results li").count() >= 1


@pytest.mark.parametrize("name", lessons.names())
def test_print_has_what_is_folded_and_no_menus(open_page, name):
    page = open_page(name).page
    page.emulate_media(media="print")
    shown, hidden = page.evaluate(FOLDED)
    assert shown and set(hidden) <= {"The code that finds the course"}
    assert not [height for height in page.evaluate(FORMULAS) if height < 5]
    assert not page.locator(".bd-sidebar-primary").is_visible()
    assert page.locator(".verdict").first.is_visible()


def test_print_does_not_open_what_tells_solutions_that_are_left_out(open_page):
    page = open_page(LESSON).page
    page.emulate_media(media="print")
    page.locator("details").filter(has_text="all examples in one line").evaluate(
        "d => d.className = 'after-check'"
    )
    _, hidden = page.evaluate(FOLDED)
    assert "When the check says that it is right: all examples in one line" in hidden


def test_a_page_becomes_a_pdf_with_what_is_folded(open_page):
    page = open_page("07_list_of_layers").page
    folded = page.pdf()
    page.add_style_tag(content="@media print { details { display: none } }")
    assert folded.startswith(b"%PDF") and _pages(folded) > _pages(page.pdf())


def _pages(pdf):
    return max(int(count) for count in re.findall(rb"/Count (\d+)", pdf))


def test_markdown_that_a_cell_displays_is_a_table_with_formulas(open_page):
    table = open_page(LESSON).page.locator(".cell_output table").last
    assert table.locator("th").all_inner_texts() == ["part", "error"]
    assert table.locator("math").count() == 1


def test_the_first_page_is_a_map(open_page):
    page = open_page("index").page
    rows = page.locator(".bd-article tbody tr").all_inner_texts()
    assert len(rows) == len(lessons.names())
    assert all(lessons.load(name).minutes in row for name, row in zip(lessons.names(), rows, strict=True))
