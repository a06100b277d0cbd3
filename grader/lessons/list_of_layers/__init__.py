"""Lesson 7: a network as a list of layers, repaired by measuring, and equal to Keras in the end."""

from grader.lessons.exercise import Lesson, in_order
from grader.lessons.list_of_layers import backward_layers, class_shares, fit_layers, forward_layers
from grader.lessons.list_of_layers.questions import QUESTIONS

LESSON = Lesson(
    name="07_list_of_layers",
    title="A network as a list of layers",
    builds=(
        "a network of any layers in any order; a stuck one whose faults you find by measuring; the mended "
        "one, equal to a Keras `fit` with squared error and, one line later, with cross-entropy"
    ),
    minutes="135–150",
    exercises=in_order(
        forward_layers.EXERCISE,
        backward_layers.EXERCISE,
        class_shares.EXERCISE,
        fit_layers.EXERCISE,
    ),
    questions=QUESTIONS,
)
