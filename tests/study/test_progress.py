import html.parser

import pytest

from grader import lessons
from grader.study.progress_file import ProgressFile

RIGHT = "def output_delta(A, Y): return (A - Y) / len(A)\ncheck(output_delta)"
WRONG = "def output_delta(A, Y): return A - Y\ncheck(output_delta)"
L3 = "03_backpropagation"


def test_a_beginner_sees_the_whole_course_and_where_to_begin(learner, cell):
    text = str(cell("progress()"))
    assert [lesson.partition("_")[0] in text for lesson in lessons.names()] == [True] * len(lessons.names())
    assert "minutes ahead" in text
    assert "Go on with lesson 01, Logistic regression: the exercise sigmoid." in text


def test_verdicts_are_kept_and_right_stays_right(learner, cell):
    cell(WRONG)
    assert "·✗·····  0 of 7 right" in str(cell("progress()"))
    cell(RIGHT)
    cell(WRONG)
    assert "·✓·····  1 of 7 right" in str(cell("progress()"))
    entry = learner.read()[L3]["exercises"]["output_delta"]
    assert (entry["status"], entry["last"], entry["checks"]) == ("correct", "incorrect", 3)
    assert "Go on with lesson 03, Backpropagation: the exercise numerical_gradient." in str(
        cell("progress()")
    )


def test_predictions_count(learner, displayed, cell):
    cell('ask_prediction("p", "?", ["no", "yes"], answer=2)\ncompare_prediction("p", [False, True])')
    cell('ask_prediction("q", "?", ["no", "yes"], answer=1)\ncompare_prediction("q", [False, True])')
    assert "1 of 2 predictions came true" in str(cell("progress()"))


def test_the_picture_says_in_words_what_its_marks_say(learner, cell):
    cell(RIGHT)
    page = cell("progress()")._repr_html_()
    labels = []
    parser = html.parser.HTMLParser()
    parser.handle_starttag = lambda tag, attributes: labels.append(dict(attributes).get("aria-label"))
    parser.feed(page)
    assert "output_delta: right" in labels
    assert "backward: not checked yet" in labels
    assert len([label for label in labels if label]) == sum(
        len(lessons.load(n).exercises) for n in lessons.names()
    )


def test_a_lesson_is_a_link_from_wherever_the_notebook_is(learner, cell, root, monkeypatch):
    monkeypatch.chdir(root / "notebooks" / L3)
    assert f'<a href="{L3}.ipynb">' in cell("progress()")._repr_html_()
    monkeypatch.chdir(root)
    assert f'<a href="notebooks/{L3}/{L3}.ipynb">' in cell("progress()")._repr_html_()


def test_progress_can_be_reset_as_a_whole_or_for_a_lesson(learner, cell):
    cell(RIGHT)
    cell('progress(reset="01_logistic_regression")')
    assert "output_delta" in learner.read()[L3]["exercises"]
    assert "deleted" in str(cell(f'progress(reset="{L3}")'))
    assert learner.read() == {}
    cell(RIGHT)
    cell("progress(reset=True)")
    assert learner.read() == {}
    with pytest.raises(ValueError, match="There is no lesson"):
        cell('progress(reset="nonsense")')


def test_what_could_not_be_kept_is_said(learner, cell, monkeypatch, tmp_path):
    from grader.study import learner_at_work

    (tmp_path / "blocked").write_text("")
    monkeypatch.setattr(learner_at_work, "progress_file", lambda: kept)
    kept = ProgressFile(tmp_path / "blocked" / "progress.json")
    assert cell(RIGHT).status == "correct"
    text = str(cell("progress()"))
    assert "1 of 7 right" in text and "until this kernel ends" in text


def test_entries_of_another_version_of_the_course_do_no_harm(learner, cell):
    learner.change(lambda kept: kept.update({"99_gone": {"exercises": {"f": {"status": "correct"}}}}))
    learner.change(lambda kept: kept.update({L3: {"exercises": {"backward": {"status": "unheard of"}}}}))
    assert "99" not in str(cell("progress()"))
