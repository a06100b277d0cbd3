"""Lesson 5: training that agrees with Keras step by step, and what surrounds it."""

from grader.lessons.exercise import Lesson, in_order
from grader.lessons.matching_keras import (
    accuracy,
    adam_step,
    fit,
    leaky_relu,
    leaky_relu_gradient,
    predict_classes,
    sgd_step,
    standardize,
)
from grader.lessons.matching_keras.questions import QUESTIONS

LESSON = Lesson(
    name="05_matching_keras",
    title="Matching Keras",
    builds=(
        "weights that equal a Keras `fit` to the last digits, with SGD and Adam; standardised inputs, "
        "leaky ReLU, networks of any depth"
    ),
    minutes="135–200",
    exercises=in_order(
        predict_classes.EXERCISE,
        accuracy.EXERCISE,
        sgd_step.EXERCISE,
        fit.EXERCISE,
        adam_step.EXERCISE,
        standardize.EXERCISE,
        leaky_relu.EXERCISE,
        leaky_relu_gradient.EXERCISE,
    ),
    questions=QUESTIONS,
)
