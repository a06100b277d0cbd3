"""Lesson 1: logistic regression in three steps, the model, the loss and its mean, gradient descent.

The model is Cox's ("The regression analysis of binary sequences", 1958). The cost from scores is that of
TensorFlow's documentation of `tf.nn.sigmoid_cross_entropy_with_logits`.
"""

from grader.lessons.exercise import Lesson, in_order
from grader.lessons.logistic_regression import cost, gradient, gradient_descent, loss, predict, sigmoid
from grader.lessons.logistic_regression.questions import PREREQUISITES, QUESTIONS

LESSON = Lesson(
    name="01_logistic_regression",
    title="Logistic regression",
    builds=(
        "the three steps of all training, on handwritten 4s and 9s: a model, a cost that survives "
        "saturation, gradient descent; why the gradient is prediction minus label"
    ),
    minutes="135–200",
    exercises=in_order(
        sigmoid.EXERCISE,
        predict.EXERCISE,
        loss.EXERCISE,
        cost.EXERCISE,
        gradient.EXERCISE,
        gradient_descent.EXERCISE,
    ),
    questions=QUESTIONS,
    prerequisites=PREREQUISITES,
)
