"""Lesson 3: the gradient of a sigmoid network with binary cross-entropy, one step at a time.

The formulas of the steps follow from the chain rule; their common source is Rumelhart, Hinton and
Williams, "Learning representations by back-propagating errors", Nature 323 (1986). M. Nielsen, "Neural
Networks and Deep Learning" (2015), chapter 2, has them as BP1 to BP4.
"""

from grader.lessons.backpropagation import (
    backward,
    hidden_delta,
    input_gradient,
    numerical_gradient,
    output_delta,
    parameter_gradients,
    per_example_gradients,
)
from grader.lessons.backpropagation.questions import QUESTIONS
from grader.lessons.exercise import Lesson, in_order

LESSON = Lesson(
    name="03_backpropagation",
    title="Backpropagation",
    builds=(
        "the gradients of a sigmoid network of any depth, for a batch, for each example and for the "
        "input; training on handwritten digits"
    ),
    minutes="180–260",
    exercises=in_order(
        numerical_gradient.EXERCISE,
        output_delta.EXERCISE,
        parameter_gradients.EXERCISE,
        hidden_delta.EXERCISE,
        backward.EXERCISE,
        per_example_gradients.EXERCISE,
        input_gradient.EXERCISE,
    ),
    questions=QUESTIONS,
)
