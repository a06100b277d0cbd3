"""Lesson 6: vector-Jacobian products, gradients by going back along a tape, gradients by an input.

The method is reverse accumulation, as in Griewank and Walther, "Evaluating Derivatives", SIAM 2008.
"""

from grader.lessons.automatic_differentiation import (
    backward,
    saliency,
    trace,
    vjp_add,
    vjp_log,
    vjp_matmul,
    vjp_mean,
    vjp_mul,
    vjp_sigmoid,
)
from grader.lessons.automatic_differentiation.questions import QUESTIONS
from grader.lessons.exercise import Lesson, in_order

LESSON = Lesson(
    name="06_automatic_differentiation",
    title="Automatic differentiation",
    builds=(
        "your own `GradientTape`: record six operations, walk the tape back, find lesson 3's gradients "
        "again; where TensorFlow does the same, and what it costs"
    ),
    minutes="135–200",
    exercises=in_order(
        trace.EXERCISE,
        vjp_matmul.EXERCISE,
        vjp_add.EXERCISE,
        vjp_mul.EXERCISE,
        vjp_sigmoid.EXERCISE,
        vjp_log.EXERCISE,
        vjp_mean.EXERCISE,
        backward.EXERCISE,
        saliency.EXERCISE,
    ),
    questions=QUESTIONS,
)
