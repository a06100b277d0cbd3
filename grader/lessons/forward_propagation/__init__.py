"""Lesson 2: a unit, a layer, a network of sigmoid layers, its cost, its size and its initial weights."""

from grader.lessons.exercise import Lesson, in_order
from grader.lessons.forward_propagation import (
    binary_cross_entropy,
    count_parameters,
    dense,
    dense_loop,
    forward,
    glorot_uniform,
)
from grader.lessons.forward_propagation.questions import QUESTIONS

LESSON = Lesson(
    name="02_forward_propagation",
    title="Forward propagation",
    builds=(
        "a layer in loops and at once, a network of any depth with its cache, the count of its "
        "parameters, weights to start from; the same numbers from Keras's `Dense`"
    ),
    minutes="135–200",
    exercises=in_order(
        dense_loop.EXERCISE,
        dense.EXERCISE,
        forward.EXERCISE,
        count_parameters.EXERCISE,
        binary_cross_entropy.EXERCISE,
        glorot_uniform.EXERCISE,
    ),
    questions=QUESTIONS,
)
