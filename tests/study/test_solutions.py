import pytest

from grader import lessons
from grader.study import model_answers
from grader.study.model_answers import NoModelAnswer, code_answer, written_answer

STUB = "def backward(params, cache, Y): raise NotImplementedError()"


def test_a_solution_says_first_what_it_costs_and_what_to_try(learner, cell):
    text = str(cell(f"{STUB}\nsolution(backward)"))
    assert "hint(backward)" in text and "solution(backward, show=True)" in text
    assert "range(depth" not in text
    assert "not checked" in text and "0 of 3" in text


def test_whoever_means_it_sees_it_with_the_derivation_to_redo(learner, cell):
    note = cell(f"{STUB}\nsolution(backward, show=True)")
    assert "for layer in range(depth, 0, -1):" in note.code
    assert "SOLUTION" not in note.code
    assert note.section == lessons.load("03_backpropagation").exercises["backward"].reread
    assert learner.read()["03_backpropagation"]["exercises"]["backward"]["shown"] is True


def test_whoever_has_it_right_may_look_at_once(learner, cell):
    cell("def output_delta(A, Y): return (A - Y) / len(A)\ncheck(output_delta)")
    assert "(A - Y) / len(Y)" in cell("solution(output_delta)").code


def test_a_question_in_words_is_answered_after_ones_own_answer(learner, cell):
    first = str(cell('solution("answer")'))
    assert "your own answer first" in first and "influence" not in first
    shown = cell('solution("answer", show=True)')
    assert "There is one cost" in str(shown)
    assert shown.answer.points[0] == "one cost only, at the output"
    assert "1. one cost only" in shown._repr_markdown_()
    assert "no answer called 'nonsense'" in str(cell('solution("nonsense", show=True)'))


@pytest.mark.parametrize("lesson", lessons.names())
def test_every_exercise_and_question_has_a_model_answer(lesson):
    for name in lessons.load(lesson).exercises:
        assert f"def {name}(" in code_answer(lesson, name)
    answer = written_answer(lesson, "answer")
    assert 3 <= len(answer.points) <= 4 and all(answer.points)
    assert "marker" not in answer.text + "".join(answer.points)


def test_without_the_solved_notebook_it_says_so(learner, cell, monkeypatch, tmp_path):
    monkeypatch.setattr(model_answers, "SHIPPED", tmp_path)
    model_answers._solution_cells.cache_clear()
    text = str(cell(f"{STUB}\nsolution(backward, show=True)"))
    assert "The solved notebook is not here" in text
    file = tmp_path / "solutions" / "03_backpropagation" / "03_backpropagation.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text("{")
    with pytest.raises(NoModelAnswer, match="cannot be read"):
        code_answer("03_backpropagation", "backward")
    model_answers._solution_cells.cache_clear()
