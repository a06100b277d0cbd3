"""What is measured of one exercise: on few seeds, with what must be found put in."""

from dataclasses import replace

import pytest

from grader import lessons
from grader.feedback.status import CORRECT
from grader.judge import judge_function
from grader.learner.call import answers_of
from tests.conftest import solution_sources
from tests.truth import measure, right
from tests.truth.mutants import mutants
from tests.truth.right import SOLUTION, SUBCLASSES, right_answers

LESSON = "03_backpropagation"
COURSE = [(lesson, name) for lesson in lessons.names() for name in lessons.load(lesson).exercises]
of_each_exercise = pytest.mark.parametrize(("lesson", "exercise"), COURSE, ids=lambda name: name)


@pytest.fixture(autouse=True)
def few_seeds(monkeypatch):
    monkeypatch.setattr(measure, "WRONG_SEEDS", 2)
    monkeypatch.setattr(measure, "RIGHT_SEEDS", 2)
    monkeypatch.setattr(measure, "DRAWN", 10)


def test_every_wrong_answer_to_an_exercise_is_rejected(exercises):
    found = measure.measure_wrong(LESSON, exercises["output_delta"])
    assert found["accepted_wrong"] == found["not_equivalent"] == ()
    assert found["mutants"] > 30
    assert found["slips"] > len(exercises["output_delta"].slips)
    assert 0 < found["others"]["Otter"] < found["others"]["one stored answer"] < found["mutants"]


def test_an_equivalent_mutant_that_is_not_listed_breaks_the_promise(exercises):
    exercise = exercises["parameter_gradients"]
    listed = {change for changes in exercise.equivalent.values() for change in changes}
    found = measure.measure_wrong(LESSON, replace(exercise, equivalent={}))
    assert set(found["accepted_wrong"]) == listed != set()


def test_a_listed_mutant_that_is_rejected_or_no_longer_made_breaks_the_promise(exercises):
    wrong = "as -> it was", "return (A - Y) / len(Y) -> return (A + Y) / len(Y)"
    listing = replace(exercises["output_delta"], equivalent={"A reason.": wrong})
    assert measure.measure_wrong(LESSON, listing)["not_equivalent"] == wrong


def test_the_short_cut_decides_as_the_judge_does(exercises):
    exercise = exercises["parameter_gradients"]
    for mutant, function in measure.mutant_functions(LESSON, exercise.name):
        verdicts = [judge_function(exercise, function, seed) for seed in range(2)]
        correct = sum(verdict.status == CORRECT for verdict in verdicts)
        assert measure.seeds_passed(exercise, function) == correct, mutant.change


def test_what_is_wrong_on_drawn_arguments_alone_is_found(exercises):
    functions = {"right": lambda A, Y: (A - Y) / len(Y), "for few": lambda A, Y: (A - Y) / min(len(Y), 3)}
    found = measure.wrong_somewhere(LESSON, exercises["output_delta"], functions)
    assert found.keys() == {"for few"}


def test_a_loop_without_end_is_stopped(exercises, monkeypatch):
    for module in (measure, right):
        monkeypatch.setattr(module, "SECONDS", 0.05)

    def endless(A, Y):
        while True:
            pass

    assert measure.seeds_passed(exercises["output_delta"], endless) == 0


def test_a_right_answer_that_is_refused_is_found(exercises):
    exercise = exercises["output_delta"]
    for_all = answers_of(lambda A, Y: (A - Y) / len(Y))
    for_few = answers_of(lambda A, Y: (A - Y) / min(len(Y), 3))
    tried, refused = measure.refused_on_drawn_arguments(LESSON, exercise, {"right": for_all})
    assert tried >= 10
    assert refused == []
    answers = {"right": for_all, "for few": for_few}
    (message,) = measure.refused_on_drawn_arguments(LESSON, exercise, answers)[1]
    assert message.startswith("for few: ")
    assert "(4, 1)" in message  # the smallest that shows it


# --- The course -------------------------------------------------------------------------------------


@of_each_exercise
def test_there_are_right_answers_in_many_styles(lesson, exercise):
    found = right_answers(lesson, exercise).keys() - {SOLUTION, SUBCLASSES}
    assert len(found) >= measure.STYLES, (
        f"`{exercise}` has {len(found)} right answers beside the lesson's own, not {measure.STYLES}: write "
        "others, in loops, with einsum, by recursion, and list them in its `right`"
    )


@of_each_exercise
def test_drawn_arguments_are_legal(lesson, exercise):
    """What the lesson's own solution is right about."""
    own = {SOLUTION: answers_of(right_answers(lesson, exercise)[SOLUTION])}
    asked = lessons.load(lesson).exercises[exercise]
    tried, refused = measure.refused_on_drawn_arguments(lesson, asked, own)
    assert tried > 1
    assert refused == []


@of_each_exercise
def test_listed_mutants_are_made_and_have_one_reason(lesson, exercise):
    (source,) = [source for source in solution_sources(lesson) if f"def {exercise}(" in source]
    equivalent = lessons.load(lesson).exercises[exercise].equivalent
    listed = [change for changes in equivalent.values() for change in changes]
    assert set(listed) <= {mutant.change for mutant in mutants(source)}
    assert len(set(listed)) == len(listed)
    assert all(reason.endswith(".") for reason in equivalent)
