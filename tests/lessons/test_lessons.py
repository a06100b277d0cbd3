import pytest

from grader import lessons
from grader.lessons import Exercise, Slip


def test_lessons_are_found_by_name():
    assert "03_backpropagation" in lessons.names()
    assert lessons.load("03_backpropagation").name == "03_backpropagation"


def test_an_unknown_lesson_is_named_beside_those_there_are():
    with pytest.raises(lessons.UnknownLesson, match="'99_magic'.*03_backpropagation"):
        lessons.load("99_magic")


def test_slips_compose_by_wrapping_the_step():
    exercise = Exercise(
        name="f",
        points=1,
        asks="",
        reread="",
        arguments=("x",),
        cases=lambda rng: [],
        reference=lambda case: None,
        solve=lambda x, step: step(x),
        steps={"step": lambda x: x + 1},
    )
    double = Slip("factor-two", {"step": lambda right, x: 2 * right(x)})
    negative = Slip("wrong-sign", {"answer": lambda right, x, **steps: -right(x, **steps)})
    assert exercise.answer((3,)) == 4
    assert exercise.answer((3,), (double,)) == 8
    assert exercise.answer((3,), (double, double)) == 16
    assert exercise.answer((3,), (double, negative)) == -8
