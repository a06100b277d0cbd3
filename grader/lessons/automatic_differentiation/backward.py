"""The exercise `backward`: the gradients with respect to all names on a tape, from its last step back.

Reverse accumulation: Griewank and Walther, "Evaluating Derivatives", SIAM 2008.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from functools import partial

import numpy as np

from grader.lessons.automatic_differentiation import (
    sections,
    vjp_add,
    vjp_log,
    vjp_matmul,
    vjp_mean,
    vjp_mul,
    vjp_sigmoid,
)
from grader.lessons.automatic_differentiation.drawn_tapes import tapes
from grader.lessons.automatic_differentiation.tapes import gradients, names_on, run
from grader.lessons.backpropagation.sigmoid_derivative import SCALED_TWICE
from grader.lessons.cases import stored_by_columns
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Slip
from grader.lessons.invariants import slopes
from grader.lessons.slips import with_hints
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------

RULES = {
    "vjp_matmul": vjp_matmul.vjp_matmul,
    "vjp_add": vjp_add.vjp_add,
    "vjp_mul": vjp_mul.vjp_mul,
    "vjp_sigmoid": vjp_sigmoid.vjp_sigmoid,
    "vjp_log": vjp_log.vjp_log,
    "vjp_mean": vjp_mean.vjp_mean,
}


def backward(tape, values, **steps):
    """The gradient of the tape's last output by every name on it, each of the shape of its value.

    `tape` is a list of `(op, inputs, output)`, `values` maps each name to its array, float64 or integer. The
    gradients are float64.
    """
    grads = {name: np.zeros(np.shape(values[name])) for name in names_on(tape)}
    grads[tape[-1][2]] = np.ones(())
    for step in steps["order"](tape):
        parts = steps["local"](step, values, grads[step[2]], steps)
        steps["arrive"](grads, step[1], parts)
    return grads


def order(tape):
    """The steps in the order in which to visit them."""
    return tape[::-1]


def local(step, values, G, steps):
    """The gradients with respect to the inputs of one step, in their order; `G` is that of its output."""
    op, inputs, output = step
    operands = [values[name] for name in inputs]
    if op == "sigmoid":
        operands = [steps["sigmoid_value"](values, inputs, output)]
    found = steps[f"vjp_{op}"](*operands, G)
    return found if len(inputs) == 2 else (found,)


def sigmoid_value(values, inputs, output):
    """The array that the derivative of a sigmoid is computed from."""
    return values[output]


def arrive(grads, inputs, parts):
    """Add the gradients `parts` that one step sends to its inputs, in `grads`."""
    for name, part in zip(inputs, parts, strict=True):
        grads[name] = grads[name] + part


# --- Slips ------------------------------------------------------------------------------------------


def _last_path(right, grads, inputs, parts):
    for name, part in zip(inputs, parts, strict=True):
        grads[name] = part


def _last_path_that_is_not_0(right, grads, inputs, parts):
    if any(np.any(part) for part in parts):
        _last_path(right, grads, inputs, parts)


def _first_path(right, grads, inputs, parts):
    for name, part in zip(inputs, parts, strict=True):
        if not np.any(grads[name]):
            grads[name] = part


def _last_path_of_a_step(right, grads, inputs, parts):
    """Adds over steps, but takes the last part only from a step that reads one name twice."""
    once = dict(zip(inputs, parts, strict=True))
    right(grads, tuple(once), tuple(once.values()))


def _first_path_of_a_step(right, grads, inputs, parts):
    once = dict(zip(inputs[::-1], parts[::-1], strict=True))
    right(grads, tuple(once), tuple(once.values()))


def _last_step(right, grads, inputs, parts):
    """Adds within a step that reads one name twice, but not over steps."""
    _last_path(right, grads, inputs, [np.zeros_like(part) for part in parts])
    right(grads, inputs, parts)


OVERWRITTEN = (
    _last_path,
    _last_path_that_is_not_0,
    _first_path,
    _last_path_of_a_step,
    _first_path_of_a_step,
    _last_step,
)


def _input_for_output(right, values, inputs, output):
    return values[inputs[0]]


def _local_derivatives_only(right, step, values, G, steps):
    return right(step, values, np.ones(np.shape(values[step[2]])), steps)


def _over_rows(right, A, B, G):
    return tuple(part / len(G) for part in right(A, B, G))


def _without_zeros(right, tape, values, **steps):
    return {name: grad for name, grad in right(tape, values, **steps).items() if np.any(grad)}


def _without_outputs(right, tape, values, **steps):
    outputs = {output for _, _, output in tape}
    return {n: grad for n, grad in right(tape, values, **steps).items() if n not in outputs}


def _only_reached_steps(right, tape, values, add=operator.add, **steps):
    """The right answer in another style: steps are left out until a gradient has reached their output."""
    grads = {tape[-1][2]: np.ones(())}
    for step in steps["order"](tape):
        if step[2] in grads:
            parts = steps["local"](step, values, grads[step[2]], steps)
            for name, part in zip(step[1], parts, strict=True):
                grads[name] = add(grads[name], part) if name in grads else part
    return {name: grads.get(name, np.zeros(np.shape(values[name]))) for name in names_on(tape)}


CUT = Slip("chain-cut", {"local": _local_derivatives_only})
SWAPPED = Slip("operands-swapped", {**vjp_matmul.SWAPPED.steps, **vjp_mul.SWAPPED.steps})

# With wrong shapes, and where nothing should arrive, these depend on the style of the right answer.
SLIPS_IN_ANOTHER_STYLE = tuple(
    Slip(slip.name, {**slip.steps, "answer": _only_reached_steps})
    for slip in (CUT, SWAPPED, *vjp_matmul.SLIPS, *vjp_add.SLIPS)
)

TINY = (
    "tiny_x, tiny_s = np.array([[3.0, 2.0]]), np.array([[9.0, 4.0]])\n"
    'tiny_tape = [("mul", ("x", "x"), "s"), ("log", ("s",), "l"), ("mean", ("l",), "J")]\n'
    'tiny = tiny_tape, {"x": tiny_x, "s": tiny_s, "l": np.log(tiny_s), "J": np.log(tiny_s).mean()}'
)
SQUARE_TAPE = (
    'tiny_tape = [("mul", ("x", "x"), "s"), ("add", ("s", "x"), "q"), ("mean", ("q",), "J")]\n'
    'tiny_values = {"x": np.array([3.0]), "s": np.array([9.0]), "q": np.array([12.0]), "J": np.array(12.0)}\n'
    "print(backward(tiny_tape, tiny_values))"
)
SHARED_TAPE = (
    'tiny_tape = [("mul", ("x", "x"), "p"), ("add", ("x", "y"), "s")]\n'
    'tiny_tape += [("add", ("s", "p"), "q"), ("mean", ("q",), "J")]\n'
    'tiny_values = {"x": 3.0, "y": 1.0, "p": 9.0, "s": 4.0, "q": 13.0}\n'
    "tiny_values = {name: np.array([value]) for name, value in tiny_values.items()}\n"
    'print(backward(tiny_tape, {**tiny_values, "J": np.array(13.0)}))'
)
SIGMOID_TAPE = (
    'tiny_tape = [("sigmoid", ("z",), "a"), ("mean", ("a",), "J")]\n'
    'tiny_values = {"z": np.array([-4.6, 0.0, 4.6]), "a": np.array([0.01, 0.5, 0.99]), "J": np.array(0.5)}\n'
    "print(backward(tiny_tape, tiny_values))"
)
SUM_TAPE = (
    'tiny_tape = [("add", ("A", "b"), "Z"), ("mean", ("Z",), "J")]\n'
    'tiny_values = {"A": np.ones((3, 2)), "b": np.zeros(2), "Z": np.ones((3, 2)), "J": np.array(1.0)}\n'
    "print(backward(tiny_tape, tiny_values))"
)
DEAD_END_TAPE = (
    'tiny_tape = [("log", ("x",), "l"), ("mul", ("y", "y"), "s"), ("mean", ("s",), "J")]\n'
    'tiny_values = {"x": np.array([1.0]), "l": np.array([0.0]), "y": np.array([3.0]), "s": np.array([9.0])}\n'
    'print(backward(tiny_tape, {**tiny_values, "J": np.array(9.0), "w": np.array([1.0])}))'
)
TWO_SUMS_TAPE = (
    'tiny_tape = [("add", ("A", "b"), "Z"), ("add", ("R", "b"), "Y")]\n'
    'tiny_tape += [("matmul", ("Y", "Z"), "C"), ("mean", ("C",), "J")]\n'
    'tiny_values = {"A": np.ones((2, 2)), "b": np.zeros(2), "Z": np.ones((2, 2)), "R": np.ones((1, 2))}\n'
    'tiny_values = {**tiny_values, "Y": np.ones((1, 2)), "C": np.array([[2.0, 2.0]]), "J": np.array(2.0)}\n'
    "print(backward(tiny_tape, tiny_values))"
)
SAME_SHAPES_TAPE = (
    'tiny_tape = [("add", ("A", "B"), "C"), ("mean", ("C",), "J")]\n'
    "tiny_values = {name: np.ones((3, 2)) for name in 'ABC'}\n"
    'print(backward(tiny_tape, {**tiny_values, "J": np.array(1.0)}))'
)
PRODUCT_TAPE = (
    "tiny_A, tiny_B = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[2.0, 0.0], [1.0, 3.0]])\n"
    'tiny_tape = [("matmul", ("A", "B"), "C"), ("mul", ("C", "E"), "D")]\n'
    'tiny_tape += [("add", ("D", "b"), "F"), ("mean", ("F",), "J")]\n'
    "tiny_E, tiny_C = np.array([[4.0, 1.0], [3.0, 2.0]]), np.array([[4.0, 6.0], [0.0, -3.0]])\n"
    'tiny_values = {"A": tiny_A, "B": tiny_B, "E": tiny_E, "C": tiny_C}\n'
    'tiny_values = {**tiny_values, "D": tiny_C * tiny_E, "b": np.zeros(2), "F": tiny_C * tiny_E, "J": 4.0}\n'
    "print(backward(tiny_tape, tiny_values))"
)
INTEGERS_AND_FLOATS = (
    'tiny_tape = [("mul", ("x", "x"), "s"), ("mean", ("s",), "J")]\n'
    'tiny_values = {"x": np.array([3, 2, 1]), "s": np.array([9, 4, 1]), "J": np.array(14 / 3)}\n'
    "print(backward(tiny_tape, tiny_values))\n"
    "print(backward(tiny_tape, {name: 1.0 * value for name, value in tiny_values.items()}))"
)

HINTS = {
    "path-overwritten": Hint(
        experiment="Try a tape that multiplies x by itself and then adds x: at x = 3 the square has the "
        "slope 6, and the sum one more. What do you get, and which path is missing?",
        code=SQUARE_TAPE,
    ),
    "shared-gradient": Hint(code=SHARED_TAPE),
    "wrong-keys": Hint(
        experiment="Try a tape with a step that leads nowhere, beside a value w that no step names, and lay "
        "what comes back beside the docstring, name by name.",
        code=DEAD_END_TAPE,
    ),
    "chain-cut": Hint(
        advice="Each step receives what came back to its output and changes it by its own operation. Where "
        "in your walk does what came back enter?",
        experiment="Write down, step by step, what came back to the output and what goes on to the inputs: "
        "does the second depend on the first?",
    ),
    "weights-transposed": Hint(code=PRODUCT_TAPE),
    "operands-swapped": Hint(code=PRODUCT_TAPE),
    "double-mean": Hint(code=PRODUCT_TAPE),
    "mean-over-wrong-count": Hint(code=PRODUCT_TAPE),
    "missing-mean": Hint(code=f"{TINY}\nprint(backward(*tiny))"),
    "broadcast-not-summed": Hint(
        experiment="Try a tape that adds one bias to two rows, and to a single row too: what must the shape "
        "of the bias's gradient be, and what comes back to it?",
        code=TWO_SUMS_TAPE,
    ),
    "summed-without-broadcast": Hint(code=SAME_SHAPES_TAPE),
    "bias-gradient-not-summed": Hint(code=SUM_TAPE),
    "bias-gradient-missing": Hint(code=SUM_TAPE),
    "wrong-axis": Hint(code=SUM_TAPE),
    "extra-axis": Hint(code=SUM_TAPE),
    "extra-activation-derivative": replace(SCALED_TWICE, code=SIGMOID_TAPE),
    "missing-activation-derivative": Hint(code=SIGMOID_TAPE),
    "half-activation-derivative": Hint(code=SIGMOID_TAPE),
    "derivative-of-activation": Hint(code=SIGMOID_TAPE),
    "wrong-activation-derivative": Hint(code=SIGMOID_TAPE),
    "activation-skipped": Hint(code=SIGMOID_TAPE),
}

SLIPS = with_hints(
    (
        *(Slip("path-overwritten", {"arrive": wrong}) for wrong in OVERWRITTEN),
        Slip("shared-gradient", {"answer": partial(_only_reached_steps, add=operator.iadd)}),
        Slip("forward-order", {"order": lambda right, tape: tape}),
        CUT,
        SWAPPED,
        *SLIPS_IN_ANOTHER_STYLE,
        Slip("activation-skipped", {"sigmoid_value": _input_for_output}),
        Slip("double-mean", {"vjp_matmul": _over_rows}),
        Slip("double-mean", {"vjp_matmul": _over_rows, "vjp_add": _over_rows}),
        Slip("wrong-keys", {"answer": _without_zeros}),
        Slip("wrong-keys", {"answer": _without_outputs}),
        *vjp_matmul.SLIPS,
        *vjp_add.SLIPS,
        vjp_mul.SWAPPED,
        *vjp_sigmoid.SLIPS,
        *vjp_log.SLIPS,
        # Where gradients add up, a number is spread over the array.
        *(slip for slip in vjp_mean.SLIPS if slip.name != "number-for-array"),
    ),
    HINTS,
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    cases = [Case(tape.label, (tape.steps, tape.values), tape.tags, context=tape) for tape in tapes(rng)]
    return stored_by_columns(cases, "a branch and a join")


def _kind_of_tape(part: str, case: Case) -> str:
    """Names differ from tape to tape: a verdict says which kinds of tape are right."""
    return case.context.kind


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    return gradients(import_tensorflow(), case.context)


# --- Invariants and error carried forward -----------------------------------------------------------


def _last_gradient_is_1(case: Case, parts) -> bool:
    return bool(parts[case.arguments[0][-1][2]] == 1)


def _last_value(case: Case, arrays) -> float:
    """The last value of the tape, run again with `arrays` for some of its values."""
    tape, values = case.arguments
    return float(run(tape, {**values, **arrays})[tape[-1][2]])


def _start_values(case: Case) -> dict:
    """The values on the tape that no step computes."""
    tape, values = case.arguments
    outputs = {output for _, _, output in tape}
    return {name: values[name] for name in names_on(tape) if name not in outputs}


def _carry_forward(case: Case, own) -> dict:
    """The gradient of each name given the learner's own, of the outputs of the steps that read the name."""
    tape, values = case.arguments
    expected = {name: np.zeros(np.shape(values[name])) for name in names_on(tape)}
    for step in tape:
        _, inputs, output = step
        if output in own:
            parts = local(step, values, own[output], {**RULES, "sigmoid_value": sigmoid_value})
            arrive(expected, inputs, parts)
        else:
            expected |= dict.fromkeys(inputs, np.nan)
    del expected[tape[-1][2]]
    return expected


# --- The exercise -----------------------------------------------------------------------------------

# A line of the lesson's solution, and why a change of it is right.
PRODUCTS = (
    "products = {'matmul': lambda A, B, output, G: vjp_matmul(A, B, G), "
    "'add': lambda A, b, output, G: vjp_add(A, b, G), "
    "'mul': lambda A, B, output, G: vjp_mul(A, B, G), "
    "'sigmoid': lambda A, output, G: (vjp_sigmoid(output, G),), "
    "'log': lambda A, output, G: (vjp_log(A, G),), "
    "'mean': lambda A, output, G: (vjp_mean(A, G),)}"
)

SUM_OF_EITHER_ORDER = (
    "The rule for a sum treats operands of one shape alike; of two shapes, it does not matter which comes "
    "first."
)

EXERCISE = Exercise(
    name="backward",
    points=5,
    asks="the gradients by every name on a tape",
    reread=sections.TAPE,
    general_hints=(
        "Which gradient do you know before you begin? It belongs to the last name on the tape.",
        (
            "Walk the tape from its end. When you reach a step, the gradient of its output must be "
            "complete. What it sends to its inputs is added to what has arrived there already."
        ),
        (
            "A dict with zeros for each name, a 1 for the final scalar, and a loop over the steps in "
            "reverse. In each: the VJP of the op, with the operands' values and the gradient of the "
            "output; then add, for one or two inputs, even if both are the same name."
        ),
    ),
    sections=sections.SECTIONS,
    examples={
        "tiny": TINY,
        "tiny_far": (
            'tiny_tape = [("log", ("a",), "l"), ("mean", ("l",), "J")]\n'
            'tiny_far = {"a": np.array([1e-30, 4.0]), "l": np.log([1e-30, 4.0])}\n'
            'tiny_far = tiny_tape, {**tiny_far, "J": tiny_far["l"].mean()}'
        ),
    },
    hints={"integer-truncation": Hint(code=INTEGERS_AND_FLOATS)},
    arguments=("tape", "values"),
    cases=_cases,
    reference=_reference,
    solve=backward,
    steps={**RULES, "order": order, "local": local, "arrive": arrive, "sigmoid_value": sigmoid_value},
    slips=SLIPS,
    alias=_kind_of_tape,
    carry_forward=_carry_forward,
    invariants=(
        Invariant("The gradient of the output by itself is not 1.", _last_gradient_is_1),
        slopes(
            _last_value,
            _start_values,
            "an input",
            "the output",
        ),
    ),
    equivalent={
        "The two always have one length, which `strict` only asserts.": (
            "for name, gradient in zip(inputs, arriving, strict=True):"
            " -> for name, gradient in zip(inputs, arriving, strict=False):",
            "for name, gradient in zip(inputs, arriving, strict=True):"
            " -> for name, gradient in zip(inputs, arriving):",
        ),
        "A gradient of no axes may be a Python float.": (
            "gradients[tape[-1][2]] = np.array(1.0) -> gradients[tape[-1][2]] = 1.0",
        ),
        SUM_OF_EITHER_ORDER: (f"{PRODUCTS} -> {PRODUCTS.replace('vjp_add(A, b, G)', 'vjp_add(b, A, G)')}",),
        "A set has no order.": (
            "names = {name for _, inputs, output in tape for name in (*inputs, output)}"
            " -> names = {name for _, inputs, output in tape for name in (output, *inputs)}",
        ),
    },
)
