"""A class in formgrader, nbgrader's pages for an instructor, in headless Chromium."""

import re

import pytest

from grader.classroom.grading import grade
from grader.demo.sample_class import hand_in, release_lesson
from grader.demo.submissions import WRITTEN_ANSWER, SampleSubmission
from grader.isolation.foreign_text import InertConsole
from tests.browser.conftest import IN_JUPYTERLAB
from tests.browser.contrasts import CONTRASTS

pytestmark = IN_JUPYTERLAB

LESSON = "07_list_of_layers"  # the one with the fewest exercises
CLASS = (
    SampleSubmission("ada"),
    SampleSubmission("ben", {"class_shares": "def class_shares(A):\n    return A / A.sum()"}),
)
COMMENT = "Well said: **the chain**.\nWhat of $W_2$?"


@pytest.fixture
def formgrader(course, lab):
    """The address of formgrader, with a class graded on the cases of notebooks (no TensorFlow is needed)."""
    (course / ".grading.seed").write_text("0")
    release_lesson(course, course / "solutions" / LESSON)
    hand_in(course, CLASS, LESSON)
    grade(LESSON, course, console=InertConsole(quiet=True))
    return f"{lab}/formgrader"


def test_an_instructor_sees_the_class_marks_and_gives_feedback(course, formgrader, open_page, screenshots):
    page, trouble = open_page(f"{formgrader}/manage_assignments")
    page.route(re.compile("^https:"), lambda route: route.fulfill(body=""))  # nbgrader asks for MathJax
    row = page.locator("tr", has_text=LESSON)
    assert row.locator(".num-submissions").inner_text() == "2"

    page.goto(f"{formgrader}/manage_submissions/{LESSON}")
    ada, ben = (page.locator("tr", has_text=name) for name in ("ada", "ben"))
    full = re.search(r"([\d.]+) / [\d.]+", ada.locator(".score").inner_text())[1]
    assert "needs manual grading" in ada.inner_text() and "needs manual grading" in ben.inner_text()
    ben.locator(".autograde a").click()
    says(page, f"Successfully autograded '{LESSON}' for student 'ben'")
    assert float(re.search(r"([\d.]+) /", ben.locator(".score").inner_text())[1]) < float(full)
    page.screenshot(path=screenshots / "formgrader.png")

    mark_by_hand(page, formgrader, screenshots)
    page.goto(f"{formgrader}/manage_submissions/{LESSON}")
    ben.locator(".score").filter(has_text=re.compile(r"\d")).wait_for()
    assert ben.locator(".status").inner_text() == "graded"
    ben.locator(".generate-feedback a").click()
    says(page, "Successfully generated feedback")
    assert set(trouble) <= {"MathJax is not defined"}

    feedback, _ = open_page((course / "feedback" / "ben" / LESSON / f"{LESSON}.html").as_uri())
    assert feedback.locator(".points tr").last.locator(".amount").inner_text() == "3 of 4"
    comment = feedback.locator("dd.comment")
    assert comment.locator("strong").inner_text() == "the chain"
    assert comment.locator("msub").bounding_box()["height"] > 5
    feedback.screenshot(path=screenshots / "formgrader-feedback.png")


def says(page, sentence):
    """Wait until a dialog says a sentence, and close it."""
    dialog = page.locator(".modal-dialog", has_text=sentence)
    dialog.wait_for()
    dialog.get_by_role("button", name="OK").click()
    dialog.wait_for(state="detached")


def mark_by_hand(page, formgrader, screenshots):
    """Give ben 3 points for the written answer, with a comment."""
    page.goto(f"{formgrader}/gradebook/{LESSON}/{LESSON}")
    page.locator("tr", has_text="ben").get_by_role("link", name="Submission").click()  # its name is hidden
    cell = page.locator(".nbgrader_cell", has=page.locator("input.score[id^=answer]"))
    assert WRITTEN_ANSWER in cell.inner_text()
    verdict = page.locator(".output_html > div", has_text="class_shares: not right yet")  # without classes
    verdict.scroll_into_view_if_needed()
    assert page.locator("math").first.bounding_box()["height"] > 5
    assert page.locator(".rendered_html img").first.evaluate("picture => picture.naturalWidth") > 0
    contrasts = verdict.evaluate(f"root => ({CONTRASTS.replace('document.body', 'root')})()")
    assert {name: value for name, value in contrasts.items() if value < 4.5} == {}
    verdict.screenshot(path=screenshots / "formgrader-verdict.png")
    for field, text in (("input.score", "3"), ("textarea.comment", COMMENT)):
        with page.expect_response(lambda answer: answer.request.method == "PUT"):
            cell.locator(field).fill(text)
            cell.locator(field).press("Tab")
    cell.screenshot(path=screenshots / "formgrader-answer.png")
