"""The questions from memory: their form, and the numbers in them, computed."""

import math
import re

import numpy as np
import pytest

from grader import lessons
from utils import network

BANK = [(name, q) for name in lessons.names() for q in lessons.load(name).questions]
BANK += [(name, q) for name in lessons.names() for q in lessons.load(name).prerequisites]
of_each_question = pytest.mark.parametrize(("lesson", "question"), BANK, ids=lambda x: getattr(x, "name", x))


@pytest.mark.parametrize("lesson", lessons.names())
def test_every_lesson_has_at_least_six_with_names_of_their_own(lesson):
    questions = [*lessons.load(lesson).questions, *lessons.load(lesson).prerequisites]
    assert len(lessons.load(lesson).questions) >= 6
    assert len({question.name for question in questions}) == len(questions)


def test_the_course_begins_with_what_it_needs():
    first, *others = map(lessons.load, lessons.names())
    assert len(first.prerequisites) >= 3
    assert not [lesson.name for lesson in others if lesson.prerequisites]


@of_each_question
def test_every_wrong_option_is_explained(lesson, question):
    assert 2 <= len(question.options) <= 4
    assert len(set(question.options)) == len(question.wrong) + 1
    assert all(len(question.explanation(option)) > 10 for option in question.options)
    assert question.exercise in ("", *lessons.load(lesson).exercises)


def test_the_place_of_an_option_tells_nothing():
    firsts = [question.options[0] == question.right for _, question in BANK]
    longest = [max(question.options, key=len) == question.right for _, question in BANK]
    assert 0.15 < np.mean(firsts) < 0.55
    assert np.mean(longest) < 0.6


# --- Numbers and formulas ---------------------------------------------------------------------------


def sigmoid(z):
    return float(network.sigmoid(z))


def softmax(*logits):
    return network.softmax(np.array([logits], float))[0]


def derivative(f, at, eps=1e-6):
    return (f(at + eps) - f(at - eps)) / (2 * eps)


def number(value, digits=2):
    return f"{value + 0.0:,.{digits}f}"


def shape(array):
    return str(array.shape)


def logit(p):
    return math.log(p / (1 - p))


def signals():
    z = np.log([0.2, 0.7, 0.1])
    loss = [lambda x, k=k: -math.log(softmax(*(z + x * np.eye(3)[k]))[0]) for k in range(3)]
    return f"({', '.join(f'{derivative(f, 0.0):.1f}' for f in loss)})"


def one_step():
    w, J = 5.0, lambda w: 2 * w
    return f"The weight falls by {w - (w - 0.1 * derivative(J, w)):.1f}."


def parameters(sizes):
    return sum(array.size for array in network.initialize(sizes, 0).values())


def arrays_of_a_pass():
    layers = [
        {"type": "dense", "W": np.ones((2, 3)), "b": np.ones(3)},
        {"type": "sigmoid"},
        {"type": "dense", "W": np.ones((3, 3)), "b": np.ones(3)},
        {"type": "leaky_relu", "slope": 0.1},
        {"type": "sigmoid"},
    ]
    forward_layers = lessons.load("07_list_of_layers").exercises["forward_layers"]
    return str(len(forward_layers.answer((np.ones((4, 2)), layers))))


def half_a_step():
    exact = math.exp(1.0)
    wide, narrow = (abs(derivative(math.exp, 1.0, eps) - exact) for eps in (2e-2, 1e-2))
    return {4: "It becomes a quarter."}[round(wide / narrow)]


def evaluations_of_a_gradient():
    calls = []
    exercise = lessons.load("03_backpropagation").exercises["numerical_gradient"]
    exercise.answer((lambda theta: calls.append(theta) or 0.0, np.ones(10)))
    return f"{len(calls)} times"


def first_step_of_adam():
    g, rate = 0.001, 0.01
    m, v = 0.1 * g, 0.001 * g**2
    step = rate * math.sqrt(1 - 0.999) / (1 - 0.9) * m / (math.sqrt(v) + 1e-7)
    return f"about {step:.2f}"


def same_answer():
    labels = np.array([0.0, 0, 0, 1, 3])
    answers = np.linspace(-1, 4, 501)
    best = answers[np.argmin([np.mean((labels - answer) ** 2) for answer in answers])]
    return {True: "the mean of the labels"}[bool(np.isclose(best, labels.mean()))]


PROOFS = {
    "matrix-product": lambda: shape(np.ones((3, 4)) @ np.ones((4, 2))),
    "sigmoid-of-0": lambda: f"{sigmoid(0.0):.1f} and {sigmoid(-logit(0.9)):.1f}",
    "shape-of-predictions": lambda: shape(np.ones((100, 64)) @ np.ones(64)),
    "loss-of-a-half": lambda: number(-math.log(0.5)),
    "signal-of-an-example": lambda: number(derivative(lambda z: -math.log(sigmoid(z)), logit(0.2)), 1),
    "one-step": one_step,
    "shape-of-a-layer": lambda: shape(np.ones((10, 64)) @ np.ones((64, 25))),
    "parameters-of-a-layer": lambda: f"{parameters([64, 25]):,}",
    "flat-labels": lambda: shape(np.ones(90) - np.ones((90, 1))),
    "error-of-half-a-step": half_a_step,
    "evaluations-of-a-gradient": evaluations_of_a_gradient,
    "output-signal": lambda: number(derivative(lambda z: -math.log(1 - sigmoid(z)) / 10, logit(0.7))),
    "price-of-nudging": lambda: (
        f"{2 * sum(p.size for p in network.initialize([64, 25, 15, 1], 0).values()):,}"
    ),
    "saturated-unit": lambda: f"It is multiplied by about {derivative(sigmoid, logit(0.999)):.3f}.",
    "a-lead-of-2": lambda: f"{softmax(3, 1, 7)[0] / softmax(3, 1, 7)[1]:.1f} times",
    "log-sum-exp-of-equals": lambda: number(np.logaddexp(1000, 1000)),
    "shape-of-a-column-of-rows": lambda: shape(np.ones((5, 3))[:, np.array([0, 2, 1, 1, 0])]),
    "entry-of-the-jacobian": lambda: number(
        derivative(lambda x: softmax(*(np.log([0.5, 0.3, 0.2]) + [0, x, 0]))[0], 0.0)
    ),
    "loss-of-equal-logits": lambda: number(-math.log(softmax(*[7.0] * 10)[0])),
    "column-of-the-jacobian": lambda: number(abs(derivative(lambda z: softmax(1, z, 3).sum(), 2.0)), 0),
    "signals-of-the-logits": signals,
    "entries-of-a-mean": lambda: str(np.ones((100, 3)).size),
    "updates-of-an-epoch": lambda: str(len(range(0, 100, 32))),
    "first-step-of-adam": first_step_of_adam,
    "leaky-relu-of-minus-3": lambda: number(max(-3, 0.1 * -3), 1),
    "slope-at-minus-3": lambda: number(derivative(lambda z: max(z, 0.1 * z), -3.0), 1),
    "shape-of-an-operands-gradient": lambda: shape(np.ones((5, 3)).T @ np.ones((5, 2))),
    "a-number-times-itself": lambda: number(derivative(lambda x: x * x, 3.0), 0),
    "what-a-factor-gets": lambda: number(3 * derivative(lambda a: a * 5, 2.0), 0),
    "slope-of-a-logarithm": lambda: number(derivative(math.log, 0.1), 0),
    "steepest-sigmoid": lambda: number(derivative(sigmoid, logit(0.5))),
    "share-of-a-mean": lambda: number(derivative(lambda x: np.mean([x, 1, 2, 3]), 5.0)),
    "arrays-of-a-pass": arrays_of_a_pass,
    "share-of-a-class": lambda: number(0.6 / (0.2 + 0.6)),
    "same-answer-to-all": same_answer,
    "rate-of-a-sum": lambda: number(0.001 * 1000, 0),
}


@of_each_question
def test_what_can_be_computed_is_right(lesson, question):
    proof = PROOFS.get(question.name)
    if proof is None:
        assert not re.match(r"[-(]?\d", question.right), "prove this number in PROOFS"
    else:
        assert proof() == question.right


def test_claims_about_probabilities():
    z = np.array([1.0, 2.0, 4.0])
    assert np.allclose(softmax(*z), softmax(*(z + 100)))
    assert softmax(*(2 * z)).max() > softmax(*z).max()
    loss = [
        network.sparse_cross_entropy(np.array([0]), np.array([p])) for p in ([0.5, 0.4, 0.1], [0.5, 0.2, 0.3])
    ]
    assert loss[0] == loss[1]
    assert all(derivative(lambda x, k=k: softmax(*(z + x * np.eye(3)[k]))[0], 0.0) != 0 for k in range(3))
