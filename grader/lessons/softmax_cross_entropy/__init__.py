"""Lesson 4: softmax, cross-entropy and squared error, and the way back from each of them.

The name and the pairing with a loss are those of J. S. Bridle (NIPS 2, 1990); why shifting by the largest
logit is safe: P. Blanchard, D. J. Higham and N. J. Higham, IMA Journal of Numerical Analysis 41 (2021).
"""

from grader.lessons.exercise import Lesson, in_order
from grader.lessons.softmax_cross_entropy import (
    backward_softmax,
    cross_entropy,
    log_softmax,
    mean_squared_error,
    mean_squared_error_gradient,
    softmax,
    softmax_cross_entropy_gradient,
    softmax_jacobian,
    sparse_cross_entropy,
)
from grader.lessons.softmax_cross_entropy.questions import QUESTIONS

LESSON = Lesson(
    name="04_softmax_cross_entropy",
    title="Softmax and cross-entropy",
    builds=(
        "softmax and its loss without overflow, the whole derivation from the Jacobian to `p - y`, a "
        "network that reads ten digits; squared error for regression"
    ),
    minutes="135–200",
    exercises=in_order(
        softmax.EXERCISE,
        log_softmax.EXERCISE,
        cross_entropy.EXERCISE,
        sparse_cross_entropy.EXERCISE,
        softmax_jacobian.EXERCISE,
        softmax_cross_entropy_gradient.EXERCISE,
        backward_softmax.EXERCISE,
        mean_squared_error.EXERCISE,
        mean_squared_error_gradient.EXERCISE,
    ),
    questions=QUESTIONS,
)
