"""The bank has answers of all kinds, and they are what it says."""

import nbformat
import pytest

from grader import lessons
from grader.demo.answer_bank import answer_bank, with_docstring
from grader.demo.sample_class import solutions
from grader.judge import judge_function
from tests.conftest import ROOT, solution_functions

LESSON = "03_backpropagation"


@pytest.fixture(scope="module")
def bank():
    notebook = nbformat.read(ROOT / "solutions" / LESSON / f"{LESSON}.ipynb", as_version=4)
    return answer_bank(LESSON, solutions(notebook))


def verdict(exercise, source):
    function = solution_functions(LESSON, {exercise: source})[exercise]
    return judge_function(lessons.load(LESSON).exercises[exercise], function, seed=1)


def test_each_exercise_has_right_and_wrong_answers(bank):
    assert list(bank) == list(lessons.load(LESSON).exercises)
    for answers in bank.values():
        assert len(answers.right) > 5 and answers.slips and answers.unnamed
    assert {"missing-mean", "wrong-sign"} <= bank["output_delta"].slips.keys()
    assert bank["backward"].pairs and bank["backward"].errors


@pytest.mark.parametrize("exercise", ["output_delta", "backward"])
def test_they_are_on_another_seed_what_they_were(bank, exercise):
    answers = bank[exercise]
    assert all(verdict(exercise, source).status == "correct" for source in answers.right)
    for name, found in answers.slips.items():
        for answer in found:
            judged = verdict(exercise, answer.source)
            assert judged.status != "correct" and judged.diagnosis == (name,), answer.source


def test_the_docstring_of_the_solution():
    text = '    """Return\n    it."""\n'
    documented = with_docstring("def f(x):\n    return 2 * x", f"def f(x):\n{text}    return x")
    assert documented == f"def f(x):\n{text}    return 2 * x"
