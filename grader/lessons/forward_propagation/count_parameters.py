"""The exercise `count_parameters`: the number of weights and biases of a network."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

import numpy as np

from grader.lessons import withheld
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.forward_propagation import sections
from grader.lessons.invariants import of_part
from grader.lessons.networks import LESSON_SIZES
from grader.lessons.right_answers import ROUNDED_INTEGER, SAME_INTEGER, SQUEEZE, TO_LIST, TRANSPOSE, wrapped
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def of_layer(n_in, n_out):
    """The number of weights and biases of one layer."""
    return n_in * n_out + n_out


def count_parameters(layer_sizes, *, of_layer):
    """An int, from a list of ints: the number of inputs, then that of each layer's units."""
    return sum(of_layer(n_in, n_out) for n_in, n_out in pairwise(layer_sizes))


# --- Slips ------------------------------------------------------------------------------------------

BIASES = Hint(
    advice=(
        "Every unit has one number of its own beside its weights. How many units has each"
        " layer, and are their numbers in your sum?"
    ),
    experiment=(
        "Count by hand what a layer of one input and one unit has, then draw a 3-2-1 "
        "network and count its lines and its units."
    ),
    code="print(count_parameters([1, 1]), count_parameters([3, 2, 1]))",
)
BIASES_OF_UNITS = Hint(
    advice="An input is a number that comes in; nothing is added to it. To which of the sizes in the list "
    "does a bias for each belong?",
    experiment="Count by hand what a single unit with three inputs has, then one with four.",
    code="print(count_parameters([3, 1]), count_parameters([4, 1]))",
)
WITHOUT_OUTPUT_LAYER = Hint(
    advice="Every size but the first belongs to a layer. Between which sizes does your loop see a layer, and "
    "does it see the last one?",
    experiment="Count by hand what a network of a single layer has, say of three inputs and one unit.",
    code="print(count_parameters([3, 1]), count_parameters([3, 2, 1]))",
)
SLIPS = (
    Slip(
        "last-layer-missing",
        {"answer": lambda right, sizes, **steps: right(sizes[:-1], **steps)},
        hint=WITHOUT_OUTPUT_LAYER,
    ),
    Slip("bias-skipped", {"of_layer": lambda right, n_in, n_out: n_in * n_out}, hint=BIASES),
    Slip(
        "bias-skipped",
        {"answer": lambda right, sizes, **steps: right(sizes, **steps) - sizes[-1]},
        hint=BIASES,
    ),
    Slip(
        "bias-for-input",
        {"answer": lambda right, sizes, **steps: right(sizes, **steps) + sizes[0]},
        hint=BIASES_OF_UNITS,
    ),
    Slip(
        "bias-for-input",
        {"of_layer": lambda right, n_in, n_out: n_in * n_out + n_in},
        hint=BIASES_OF_UNITS,
    ),
    Slip(
        "bias-for-input",
        {"of_layer": lambda right, n_in, n_out: n_in * n_out + n_in + n_out},
        hint=BIASES_OF_UNITS,
    ),
)


# --- Cases ------------------------------------------------------------------------------------------

SIZES = (
    # label, layer sizes, tags
    ("the lesson's network", LESSON_SIZES, {"lesson", "depth 3"}),
    ("a 7-5-3-1 network", (7, 5, 3, 1), {"depth 3"}),
    ("a square network", (4, 4, 4, 4), {"depth 3", "square"}),
    ("a network of one layer", (9, 4), {"depth 1"}),
    ("a single unit", (6, 1), {"depth 1", "one unit"}),
    ("one input and one unit", (1, 1), {"depth 1", "one unit"}),
    ("a network of two layers", (5, 8, 2), {"depth 2"}),
    ("a network of four layers", (6, 5, 4, 3, 2), {"depth 4"}),
    ("a network of eleven layers", (2, 3, 4, 1, 2, 5, 3, 1, 4, 2, 6, 1), {"depth 11"}),
    ("a network for photographs of handwriting", (784, 512, 256, 10), {"depth 3"}),
)


def _cases(rng) -> list[Case]:
    drawn = tuple(int(size) for size in rng.integers(2, 40, size=4))
    sizes = (*SIZES, ("a network of three layers", drawn, {"depth 3"}))
    return [Case(label, ([*layer_sizes],), frozenset(tags)) for label, layer_sizes, tags in sizes]


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    """What Keras counts, layer by layer."""
    tf = import_tensorflow()
    total = 0
    for n_in, n_out in pairwise(case.arguments[0]):
        layer = tf.keras.layers.Dense(n_out, kernel_initializer="zeros")
        layer.build((None, n_in))
        total += layer.count_params()
    return total


# --- Right answers in other styles ------------------------------------------------------------------


def count_parameters_by_reduction(layer_sizes):
    def added(sums, units):
        total, inputs = sums
        return total + inputs * units + units, units

    return reduce(added, layer_sizes[1:], (0, layer_sizes[0]))[0]


def count_parameters_by_scalar_product(layer_sizes):
    return np.dot(np.add(layer_sizes[:-1], 1), layer_sizes[1:])


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="count_parameters",
    points=2,
    asks="the number of weights and biases of a network",
    reread=sections.PARAMETERS,
    general_hints=(
        "One unit with 3 inputs: how many numbers does it have to learn, all told?",
        (
            "All units of a layer have equally many parameters. How many that are depends on the size of "
            "the layer before."
        ),
        (
            "Go through neighbouring sizes, two at a time. For each pair you count the entries of the "
            "weights' matrix and of the biases, and add them up to an int."
        ),
    ),
    sections={**sections.SECTIONS, "bias-skipped": sections.PARAMETERS},
    examples={"tiny": "tiny = ([3, 2, 1],)"},
    arguments=("layer_sizes",),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_2,
    solve=count_parameters,
    steps={"of_layer": of_layer},
    slips=SLIPS,
    parts=("count",),
    invariants=(of_part("count", lambda count: count > 0, "A network has at least one parameter."),),
    right=(count_parameters_by_reduction, count_parameters_by_scalar_product),
    equivalent={
        SAME_INTEGER: wrapped("total", TRANSPOSE, SQUEEZE, TO_LIST),
        ROUNDED_INTEGER: wrapped("total", "np.round"),
    },
)
