"""Which written answers are as they were at the last grading."""

import json

from grader.classroom.unchanged_answers import unchanged_answers
from tests.classroom.tiny_lesson import cell


def test_only_the_text_of_the_answer_counts(handed_in):
    before = json.dumps(handed_in).encode()
    cell(handed_in, "one")["source"] = "def one(x): ..."
    assert unchanged_answers(handed_in, before) == {"answer"}
    cell(handed_in, "answer")["source"] = "No, otherwise."
    assert unchanged_answers(handed_in, before) == frozenset()


def test_without_a_notebook_of_last_time(handed_in):
    assert unchanged_answers(handed_in, None) == frozenset()
    assert unchanged_answers(handed_in, b"[]") == frozenset()
