"""Which written answers are as they were at the last grading."""

import json

from grader.classroom.unchanged_answers import unchanged_answers
from tests.classroom.tiny_lesson import cell


def test_only_the_text_of_the_answer_counts(handed_in, tmp_path):
    before = tmp_path / "before.ipynb"
    before.write_text(json.dumps(handed_in))
    cell(handed_in, "one")["source"] = "def one(x): ..."
    assert unchanged_answers(handed_in, before) == {"answer"}
    cell(handed_in, "answer")["source"] = "No, otherwise."
    assert unchanged_answers(handed_in, before) == frozenset()


def test_without_a_notebook_of_last_time(handed_in, tmp_path):
    assert unchanged_answers(handed_in, tmp_path / "none.ipynb") == frozenset()
    (tmp_path / "odd.ipynb").write_text("[]")
    assert unchanged_answers(handed_in, tmp_path / "odd.ipynb") == frozenset()
