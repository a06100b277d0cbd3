"""Which names a verdict on an exercise can give."""

import pytest

from grader import lessons
from grader.diagnosis.possible_names import ALWAYS_POSSIBLE, possible_names
from grader.lessons.misconceptions import MISCONCEPTIONS, MORE_SPECIFIC

EXERCISES = [e for name in lessons.names() for e in lessons.load(name).exercises.values()]


def names_of(lesson, name):
    return set(possible_names(lessons.load(lesson).exercises[name]))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_names_of_slips_and_of_any_function_in_the_order_of_the_misconceptions(exercise):
    found = possible_names(exercise)
    assert found == tuple(name for name in MISCONCEPTIONS if name in found)
    assert {slip.name for slip in exercise.slips} - MORE_SPECIFIC.keys() <= set(found)
    assert set(found) >= ALWAYS_POSSIBLE


def test_a_relation_is_possible_if_it_changes_the_right_answer():
    assert {"wrong-sign", "transposed", "missing-mean"} <= names_of("03_backpropagation", "output_delta")
    assert "transposed" not in names_of("04_softmax_cross_entropy", "softmax_jacobian")  # is symmetric
    assert "transposed" not in names_of("01_logistic_regression", "loss")
    assert "swapped-outputs" in names_of("03_backpropagation", "backward")
    assert "swapped-outputs" not in names_of("03_backpropagation", "output_delta")


def test_labels_have_no_precision_and_a_number_has_no_axes():
    assert not {"low-precision", "constant-factor"} & names_of("05_matching_keras", "predict_classes")
    accuracy = names_of("05_matching_keras", "accuracy")
    assert "not-a-scalar" in accuracy and "extra-axis" not in accuracy


def test_entries_and_cases():
    assert "wrong-keys" in names_of("03_backpropagation", "backward")
    assert "wrong-keys" not in names_of("03_backpropagation", "output_delta")
    assert {"clipped", "integer-truncation"} <= names_of("04_softmax_cross_entropy", "softmax")
    assert "mutates-arguments" not in names_of("02_forward_propagation", "glorot_uniform")


@pytest.mark.parametrize("general", MORE_SPECIFIC)
def test_a_specific_name_replaces_a_general_one(general):
    having_both = [e for e in EXERCISES if MORE_SPECIFIC[general] in possible_names(e)]
    assert having_both and not any(general in possible_names(exercise) for exercise in having_both)
