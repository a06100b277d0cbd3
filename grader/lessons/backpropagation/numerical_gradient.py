"""The exercise `numerical_gradient`: the gradient of any scalar function by central differences."""

from __future__ import annotations

import numpy as np

from grader.learner.functions import Cubic, NetworkCost
from grader.lessons import withheld
from grader.lessons.backpropagation import sections
from grader.lessons.draws import with_zeros_and_equal_rows
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.networks import networks
from grader.lessons.right_answers import FILLED, IMMUTABLE, wrapped
from grader.lessons.slips import slips_in, small_numbers
from grader.lessons.tensors import float64, tensor_of
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def numerical_gradient(f, theta, eps=1e-5, **steps):
    """The slope of the scalar `f(theta)` in each entry of `theta`, in float64 and of its shape.

    The step `nudge(theta, index, step)` moves one entry, `difference(f_along_one_entry, eps)` gives a slope.
    """
    theta = np.array(theta, dtype=np.float64)
    gradient = np.empty_like(theta)
    nudge = steps["nudge"]
    for index in np.ndindex(theta.shape):

        def f_shifted(step, index=index):
            return f(nudge(theta, index, step))

        gradient[index] = steps["difference"](f_shifted, eps)
    return gradient


def nudge_one(theta, index, step):
    """A copy of `theta` whose entry at `index` is `step` further."""
    nudged = theta.copy()
    nudged[index] += step
    return nudged


def central_difference(f_shifted, eps):
    """The slope of `f_shifted(step)` at 0, up to eps**2 / 6 times its third derivative (Taylor)."""
    return (f_shifted(eps) - f_shifted(-eps)) / (2 * eps)


# --- Slips ------------------------------------------------------------------------------------------

FIXED_STEP_HINT = Hint(
    experiment=(
        "Try it on the cube with a large step and with a small one: the large step should be off by more."
    ),
    code=(
        "tiny_f = lambda theta: float(np.sum(theta**3))\n"
        "print([numerical_gradient(tiny_f, np.array([1.0]), eps) for eps in (0.5, 1e-5)])"
    ),
)
FIXED_STEPS = small_numbers(2, 6)


def _fixed_step(fixed) -> Slip:
    step = {"difference": lambda right, f_shifted, eps: right(f_shifted, fixed)}
    return Slip("ignores-argument", step, "eps", FIXED_STEP_HINT)


def _at_once(f, theta, eps):
    """The slope of `f` where all entries of `theta` move together: one number."""
    return (f(theta + eps) - f(theta - eps)) / (2 * eps)


def _row_by_row(filled):
    """Walk through the first axis of `theta` alone; a number per row, `filled` into the row or not."""

    def answer(right, f, theta, eps=1e-5, **steps):
        theta = np.array(theta, dtype=np.float64)
        slopes = []
        for i in range(len(theta)):
            step = np.zeros_like(theta)
            step[i] = eps
            slopes.append((f(theta + step) - f(theta - step)) / (2 * eps))
        if not filled:
            return np.array(slopes)
        gradient = np.zeros_like(theta)
        for i, slope in enumerate(slopes):
            gradient[i] = slope
        return gradient

    return answer


ROW_HINT = Hint(
    advice="You walk through the first axis only, and a row of a matrix has several entries: all of these "
    "move together. How do you come to every place of an array of any shape?",
    experiment="Try it on a sum of squares of a matrix of one row, whose slopes at 3 and -1 are 6 and -2: "
    "what comes of moving both at once?",
    code="tiny_f = lambda theta: float(np.sum(theta**2))\n"
    "print(numerical_gradient(tiny_f, np.array([[3.0, -1.0]])))",
)

SLIPS = (
    Slip(
        "difference-step-error",
        {"difference": lambda right, f_shifted, eps: right(f_shifted, eps) * eps**2},
        hint=Hint(
            advice="Without parentheses Python divides by 2, and then multiplies by eps. By what do you want "
            "to divide?",
        ),
    ),
    Slip(
        "difference-step-error",
        {"difference": lambda right, f_shifted, eps: right(f_shifted, eps) * 2 * eps},
        hint=Hint(
            advice="You have the rise, and a slope is rise over run: how far apart are the points at which "
            "you evaluate f?",
        ),
    ),
    Slip(
        "all-nudged-at-once",
        {"answer": lambda right, f, theta, eps=1e-5, **steps: _at_once(f, np.asarray(theta, float), eps)},
    ),
    Slip("all-nudged-at-once", {"answer": _row_by_row(filled=True)}, hint=ROW_HINT),
    Slip("all-nudged-at-once", {"answer": _row_by_row(filled=False)}, hint=ROW_HINT),
    *slips_in(
        "difference",
        ("one-sided-difference", lambda right, f, eps: (f(eps) - f(0)) / eps),
        ("one-sided-difference", lambda right, f, eps: (f(0) - f(-eps)) / eps),
        ("difference-step-error", lambda right, f, eps: 2 * right(f, eps)),
        ("difference-step-error", lambda right, f, eps: right(f, eps) / 2),
        ("difference-step-error", lambda right, f, eps: right(f, eps / 2) / 2),
    ),
    Slip(
        "all-nudged-at-once",
        {"nudge": lambda right, theta, index, step: theta + step},
        hint=Hint(
            advice="The slope in one entry is what that entry does while all others stand still. How many "
            "entries differ between your two calls of f?",
            experiment="Try it on a sum of squares, whose slopes at 3 and -1 are 6 and -2: what comes of "
            "moving both at once?",
            code="tiny_f = lambda theta: float(np.sum(theta**2))\n"
            "print(numerical_gradient(tiny_f, np.array([3.0, -1.0])))",
        ),
    ),
    *map(_fixed_step, FIXED_STEPS),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cubic(rng, shape, scale=1.0) -> Cubic:
    """A function whose slopes are of the size of `scale`."""
    a, b, c, w = (rng.normal(size=shape) for _ in range(4))
    return Cubic(*map(np.asarray, (scale * a, scale * b, scale * c, np.sqrt(scale) * w)))


def _cases(rng) -> list[Case]:
    """Arguments `(f, theta)` or `(f, theta, eps)`."""
    lesson, small = networks(rng)[:2]
    cases = [
        Case(
            "the cost of the lesson's network, nudging W3",
            (NetworkCost(lesson.params, lesson.X, lesson.Y, "W3"), lesson.params["W3"]),
            frozenset({"lesson"}),
        ),
        Case(
            "the cost of a 7-5-3-1 network, nudging b2",
            (NetworkCost(small.params, small.X, small.Y, "b2"), small.params["b2"], 1e-4),
        ),
        Case("integers", (_cubic(rng, (4,)), np.array([1, -2, 3, 2])), frozenset({"integer"})),
        Case("a function that is almost flat", (_cubic(rng, (6,), scale=1e-5), rng.normal(size=6))),
    ]
    shapes = {
        "a vector": (5,),
        "a matrix": (3, 4),
        "a row": (1, 6),
        "three axes": (2, 3, 2),
        "one entry": (1,),
        "a 0-d array": (),
    }
    for (label, shape), eps in zip(shapes.items(), (1e-5, 0.125, 1e-4, 0.25, 1e-5, 0.5), strict=True):
        theta = np.asarray(rng.normal(size=shape))
        if label == "a matrix":
            theta = with_zeros_and_equal_rows(theta)
        cases.append(Case(f"{label}, eps = {eps}", (_cubic(rng, shape), theta, eps)))
    cases.append(Case("a transposed matrix", (_cubic(rng, (3, 2)), rng.normal(size=(2, 3)).T)))
    cases += [
        Case(label, (_cubic(rng, shape), rng.normal(size=shape)))
        for label, shape in (("a square matrix", (2, 2)), ("another vector", (5,)))
    ]
    return [Case(c.label, c.arguments, c.tags, {"entries": c.arguments[1].size}) for c in cases]


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    """The derivative, plus what a central difference of step `eps` adds to it on a cubic."""
    tf = import_tensorflow()
    f, theta, eps = (*case.arguments, 1e-5)[:3]
    theta = float64(tf, theta)
    with tf.GradientTape() as tape:
        tape.watch(theta)
        value = tensor_of(f, tf, theta)
    # A sixth of the third derivative is the coefficient c of a cubic. The term of a network's cost is far
    # below the tolerance at the steps used here.
    third = f.c if isinstance(f, Cubic) else 0.0
    return np.asarray(tape.gradient(value, theta).numpy() + eps**2 * third)


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="numerical_gradient",
    points=2,
    asks="the gradient of any scalar function by central differences",
    reread=sections.NUDGE,
    general_hints=(
        (
            "If you step in all entries at once, which derivative have you measured? Which entries have "
            "to stay where they are?"
        ),
        (
            "For each place: go up by `eps`, evaluate; go down by `eps` from where it was, evaluate; put "
            "it back. Work on a copy that can hold such a step."
        ),
        (
            "A loop over all places of `theta`, two values of `f` in each round, and their difference "
            "over the distance between the two places. The result has the shape of `theta`, in float64."
        ),
    ),
    examples={"tiny": "tiny = (lambda theta: float(np.sum(theta**2))), np.array([[3.0, -1.0]]), 0.25"},
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny_f = lambda theta: float(np.sum(theta**2))\n"
                "print(numerical_gradient(tiny_f, np.array([3, -1]), 0.25))\n"
                "print(numerical_gradient(tiny_f, np.array([3.0, -1.0]), 0.25))"
            ),
        ),
        "extra-axis": Hint(
            code=(
                "tiny_f = lambda theta: float(np.sum(theta**2))\n"
                "print(numerical_gradient(tiny_f, np.array(3.0), 0.5))\n"
                "print(numerical_gradient(tiny_f, np.array([3.0]), 0.5))"
            ),
        ),
        "mutates-arguments": Hint(
            experiment=(
                "Print the argument, call your function, and print it again, to the last digit: a step of a "
                "tenth has no exact binary form, so going back by it may miss."
            ),
            code=(
                "tiny_theta = np.array([1 / 3, 0.1, 3.0])\n"
                "print(tiny_theta.tolist())\n"
                "numerical_gradient(lambda theta: float(np.sum(theta**2)), tiny_theta, 0.1)\n"
                "print(tiny_theta.tolist())"
            ),
        ),
        "wrong-sign": Hint(
            experiment=(
                "Try it on the square, at 3 and at -1: on which side does it rise, and on which does it fall?"
            ),
        ),
    },
    arguments=("f", "theta", "eps"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_3,
    solve=numerical_gradient,
    steps={"difference": central_difference, "nudge": nudge_one},
    slips=SLIPS,
    parts=("gradient",),
    tolerance=1e-7,
    extra_mean="needless-mean",
    equivalent={
        IMMUTABLE: (" -> f = spoil(f)",),
        FILLED: ("gradient = np.zeros_like(theta) -> gradient = np.ones_like(theta)",),
        "Agreement to 1e-7 suffices for a numerical gradient.": wrapped(
            "gradient", "lambda value: value * (1 + 1e-08)"
        ),
    },
)
