"""The exercise `trace`: records what a program does with its nodes, as a tape and the values of its names.

Tracing by nodes that stand in for arrays: Baydin, Pearlmutter, Radul and Siskind, "Automatic differentiation
in machine learning: a survey", Journal of Machine Learning Research 18, 2018, section 5.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

import numpy as np

from grader.learner.functions import Program
from grader.lessons.automatic_differentiation import sections
from grader.lessons.automatic_differentiation.tape_form import fault_of_trace
from grader.lessons.automatic_differentiation.tapes import OPS, run, tensor_ops
from grader.lessons.cases import stored_by_columns
from grader.lessons.draws import (
    nonzero_integers,
    normals,
    with_zeros_and_equal_rows,
)
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.right_answers import IMMUTABLE, RAVEL, SQUEEZE, TRANSPOSE, wrapped
from grader.lessons.slips import with_hints
from grader.lessons.tensors import float64
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


class _Node:
    """Stands for an array; what is done with it is done by `run(op, *nodes)`, which returns a node."""

    def __init__(self, name, run):
        self.name, self.run = name, run

    def __matmul__(self, other):
        return self.run("matmul", self, other)

    def __add__(self, other):
        return self.run("add", self, other)

    def __mul__(self, other):
        return self.run("mul", self, other)

    def sigmoid(self):
        return self.run("sigmoid", self)

    def log(self):
        return self.run("log", self)

    def mean(self):
        return self.run("mean", self)


def trace(program, inputs, **steps):
    """The tape and the values of `program`, called with a node for each entry of the dict `inputs`.

    The tape is a list of `(op, inputs, output)`; the values are float64 or, of inputs, integer arrays.
    """
    tape, values = [], dict(inputs)

    def step(op, *nodes):
        names = tuple(node.name for node in nodes)
        output = steps["new_name"](values, op)
        values[output] = steps["compute"](op, *(values[name] for name in names))
        steps["write"](tape, (op, names, output))
        return _Node(output, step)

    program(*(_Node(name, step) for name in steps["order"](inputs)))
    return tape, steps["keep"](values, inputs)


def order(inputs):
    """The names of the inputs in the order in which the program gets their nodes."""
    return list(inputs)


def new_name(values, op):
    """A name for the next output that no value has."""
    return next(name for number in count(1) if (name := f"{op}_{number}") not in values)


def compute(op, *operands):
    """The array that `op` makes of its operands, float64."""
    return np.asarray(OPS[op](*operands), np.float64)


def write(tape, step):
    """Put a step at the end of the tape."""
    tape.append(step)


def keep(values, inputs):
    """The values that are returned, of all names."""
    return values


# --- The form in which answers are compared ---------------------------------------------------------


def read_trace(answer: Any) -> Any:
    """The values of a trace by what they are: `x` for an input, `3: add(2, b)` for the third step.

    The names that an answer gives to its outputs are its own, so steps are named by their number. An answer
    that is no tape with values is returned as it is.
    """
    try:
        tape, values = answer
        return _by_steps(tape, values)
    except (TypeError, ValueError):
        return answer


def _by_steps(tape, values) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise TypeError
    made, found = {}, {}
    for number, (op, inputs, output) in enumerate(tape, start=1):
        if not isinstance(inputs, (tuple, list)) or not all(
            isinstance(n, str) for n in (op, *inputs, output)
        ):
            raise TypeError
        operands = ", ".join(str(made.get(name, name)) for name in inputs)
        taken = " under a name that is taken" if output in made else ""
        made[output] = number
        if output in values:
            found[f"{number}: {op}({operands}){taken}"] = values[output]
    return {name: value for name, value in values.items() if name not in made} | found


# --- Slips ------------------------------------------------------------------------------------------

TINY = (
    'tiny_inputs = {"b": np.array([[1.0, 2.0]]), "a": np.array([[3.0, 4.0]])}\n'
    "tiny_program = lambda first, second: ((first * first + second).log() + second).sigmoid().mean()\n"
    "tiny = tiny_program, tiny_inputs"
)
TRACE_TINY = f"{TINY}\nprint(trace(*tiny))"
LIKELY_NAMES = (
    'tiny_names = ["t1", "v1", "n1", "node1", "step1", "mul_1", "1"]\n'
    "tiny_program = lambda a, b, c, d, e, f, g: (a * b + c * d + e * f + g).mean()\n"
    "tiny = trace(tiny_program, dict.fromkeys(tiny_names, np.array([[2.0, 3.0]])))\n"
    "print(*tiny[0], sep='\\n')\n"
    "print(len(tiny_names) + len(tiny[0]), 'arrays,', len(tiny[1]), 'names')"
)


def _without(op):
    def step(right, tape, step):
        if step[0] != op:
            right(tape, step)

    return step


def _changed_step(change):
    return lambda right, tape, step: right(tape, change(*step))


def _name_of_op(right, values, op):
    return f"{op}_1"


def _inputs_only(right, values, inputs):
    return {name: values[name] for name in inputs}


def _outputs_only(right, values, inputs):
    return {name: value for name, value in values.items() if name not in inputs}


def _other_op(op, wrong):
    def step(right, name, *operands):
        return wrong(*operands) if name == op else right(name, *operands)

    return step


SLIPS = with_hints(
    (
        Slip("step-not-recorded", {"write": _without("mean")}),
        Slip("step-not-recorded", {"write": _without("log")}),
        Slip("step-not-recorded", {"write": _without("sigmoid")}),
        Slip("tape-reversed", {"write": lambda right, tape, step: tape.insert(0, step)}),
        Slip("operands-reversed", {"write": _changed_step(lambda op, ins, out: (op, ins[::-1], out))}),
        Slip("name-reused", {"new_name": _name_of_op}),
        Slip(
            "operand-recorded-once",
            {"write": _changed_step(lambda op, ins, out: (op, tuple(dict.fromkeys(ins)), out))},
        ),
        Slip("wrong-keys", {"keep": _inputs_only}),
        Slip("wrong-keys", {"keep": _outputs_only}),
        Slip("operands-reversed", {"order": lambda right, inputs: right(inputs)[::-1]}),
        Slip("operands-reversed", {"order": lambda right, inputs: sorted(inputs)}),
        Slip("missing-mean", {"compute": _other_op("mean", np.sum)}),
        Slip("wrong-log-base", {"compute": _other_op("log", np.log2)}),
        Slip("wrong-log-base", {"compute": _other_op("log", np.log10)}),
        Slip("wrong-activation", {"compute": _other_op("sigmoid", np.tanh)}),
    ),
    {
        "missing-mean": Hint(
            experiment="Record a small program, and compare the value of its last step, a `mean`, with those "
            "of the step before.",
            code=TRACE_TINY,
        ),
        "name-reused": Hint(code=LIKELY_NAMES),
        "wrong-keys": Hint(
            advice="A step is `(op, inputs, output)`: a string, a tuple of names, a name. You return the "
            "tape and, after it, `values` with the array of every name, of inputs as well as of outputs.",
            experiment="Print the tape of a small program and what is in `values`: is each as the docstring "
            "has it?",
            code=TRACE_TINY,
        ),
    },
)


# --- Cases ------------------------------------------------------------------------------------------

NETWORK = {"X": (12, 8), "minus_Y": (12, 1), "Y_minus_1": (12, 1), "ones": (12, 1), "minus_ones": (12, 1)}
UNUSUAL = "a branch and a join"
PROGRAMS = (
    # label, name of the program, shapes of the inputs, tags
    (
        "the cost of an 8-5-1 network",
        "network cost",
        {"W1": (8, 5), "b1": (5,), "W2": (5, 1), "b2": (1,)},
        {"lesson"},
    ),
    ("a squared error", "squared error", {"X": (6, 4), "W": (4, 2), "b": (2,), "minus_T": (6, 2)}, set()),
    (
        "a squared error of integers",
        "squared error",
        {"X": (5, 3), "W": (3, 2), "b": (2,), "minus_T": (5, 2)},
        {"integer"},
    ),
    (
        "a single example and unit",
        "squared error",
        {"q": (1, 3), "a": (3, 1), "c": (1,), "b": (1, 1)},
        {"one example", "one unit"},
    ),
    (UNUSUAL, "branch and join", {"z": (3, 4), "a": (3, 4)}, set()),
    ("steps that lead nowhere", "made and not used", {"p": (2, 5), "o": (2, 5)}, set()),
    ("one node twice in a step", "twice in a step", {"k": (3, 3), "c": (3, 3)}, {"square"}),
    ("a loop of products", "powers", {"a": (4, 2)}, set()),
    ("five layers with the same weights", "shared layer", {"A": (4, 4), "W": (4, 4), "b": (4,)}, {"square"}),
    ("logarithms", "logarithms", {"u": (3, 4), "t": (3, 4)}, set()),
    (
        "a node made early and used late",
        "made early, used late",
        {"e": (3, 4), "d": (4, 2), "f": (3, 4)},
        set(),
    ),
    ("a mean and nothing else", "mean of an input", {"x": (5, 2)}, set()),
    ("an input that is not used", "mean of one of two", {"y": (3, 2), "x": (2, 4)}, set()),
    (
        "inputs with names such as `t1`",
        "sum of all",
        dict.fromkeys(("t1", "t2", "v1", "node1", "step1", "mul_1", "add_1", "1", "2", "t0", "n1"), (2, 2)),
        {"square"},
    ),
)
POSITIVE = ("logarithms", "made and not used")


def _cases(rng) -> list[Case]:
    cases = []
    for label, program, shapes, tags in PROGRAMS:
        if program == "network cost":
            shapes = NETWORK | shapes
        draw = nonzero_integers if "integer" in tags else normals
        inputs = {name: draw(rng, shape) for name, shape in shapes.items()}
        if program == "network cost":
            inputs |= {"ones": np.ones((12, 1)), "minus_ones": -np.ones((12, 1))}
        if label == UNUSUAL:
            inputs = {name: with_zeros_and_equal_rows(array) for name, array in inputs.items()}
        if label == "a mean and nothing else":
            inputs["x"] *= 1e4
        if program in POSITIVE:
            inputs = {name: np.exp(array) for name, array in inputs.items()}
        cases.append(Case(label, (Program(program), inputs), frozenset(tags)))
    return stored_by_columns(cases, UNUSUAL)


def _op(part: str, case: Case) -> str:
    """Steps differ from program to program: a verdict says which ops are right."""
    return part.partition(": ")[2].partition("(")[0] or "the inputs"


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    ops = tensor_ops(tf)
    program, inputs = case.arguments
    tape, tensors = [], {name: float64(tf, array) for name, array in inputs.items()}

    def step(op, *nodes):
        output = f"output {len(tape)}"
        tensors[output] = ops[op](*(tensors[node.name] for node in nodes))
        tape.append((op, tuple(node.name for node in nodes), output))
        return _Node(output, step)

    program(*(_Node(name, step) for name in inputs))
    return tape, {name: tensor.numpy() for name, tensor in tensors.items()}


# --- Right answers in other styles ------------------------------------------------------------------


def trace_by_nodes_that_hold_their_arrays(program, inputs):
    tape, values = [], {}

    class Holder:
        def __init__(self, array, name):
            self.array, self.name = array, name
            values[name] = array

        def _then(self, op, array, *others):
            output = "out of " + "+".join(inputs) + f", number {len(tape)}"
            tape.append((op, tuple(node.name for node in (self, *others)), output))
            return Holder(array, output)

        def __matmul__(self, other):
            return self._then("matmul", self.array @ other.array, other)

        def __add__(self, other):
            return self._then("add", self.array + other.array, other)

        def __mul__(self, other):
            return self._then("mul", self.array * other.array, other)

        def sigmoid(self):
            return self._then("sigmoid", sigmoid(self.array))

        def log(self):
            return self._then("log", np.log(self.array))

        def mean(self):
            return self._then("mean", self.array.mean())

    program(*[Holder(array, name) for name, array in inputs.items()])
    return tape, values


METHODS = {
    "__matmul__": "matmul",
    "__add__": "add",
    "__mul__": "mul",
    "sigmoid": "sigmoid",
    "log": "log",
    "mean": "mean",
}


def trace_by_a_class_made_of_methods(program, inputs):
    tape, values, names = [], dict(inputs), {}

    def method(op):
        def do(*nodes):
            operands = tuple(names[node] for node in nodes)
            node = kind()
            names[node] = f"{max(values, key=len)}'"
            values[names[node]] = OPS[op](*map(values.get, operands))
            tape.append((op, operands, names[node]))
            return node

        return do

    kind = type("Made", (), {attribute: method(op) for attribute, op in METHODS.items()})
    nodes = [kind() for _ in inputs]
    names.update(zip(nodes, inputs, strict=True))
    program(*nodes)
    return tape, values


def trace_by_looking_methods_up(program, inputs):
    tape, values = [], {name: np.asarray(array, float) for name, array in inputs.items()}
    return tape, _traced(program, inputs, tape, values, lambda op: f"{op}{'_' * 20}{len(tape)}")


def trace_by_running_the_tape_afterwards(program, inputs):
    tape, seen = [], dict.fromkeys(inputs)
    _traced(program, inputs, tape, None, lambda op: seen.setdefault(f"%{len(tape)}", f"%{len(tape)}"))
    return tape, run(tape, inputs)


def trace_by_names_in_letters(program, inputs):
    tape, values = [], dict(inputs)
    _traced(program, inputs, tape, values, lambda op: "q" * (50 + len(tape)))
    return [tuple(step) for step in tape], dict(sorted(values.items()))


def _traced(program, inputs, tape, values, name_of):
    """Call `program`; put its steps on `tape` and, unless it is None, what they make into `values`."""

    def step(op, *nodes):
        output, operands = name_of(op), tuple(node.name for node in nodes)
        tape.append((op, operands, output))
        if values is not None:
            values[output] = OPS[op](*(values[name] for name in operands))
        return _Node(output, step)

    program(*(_Node(name, step) for name in inputs))
    return values


# --- Changes of the solution that are right ---------------------------------------------------------

SAME_NODE = "lambda value: np.asarray(value).tolist()"  # of an object it is the object itself
NODES = (
    "Node(output)",
    *(f"run('{op}', self, other)" for op in ("matmul", "add", "mul")),
    "run('sigmoid', self)",
    "run('log', self)",
)
AXES = ("lambda value: np.asarray(value)[None]", "lambda value: np.asarray(value)[..., None]")

# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="trace",
    points=4,
    asks="the tape of a program, with the values of its names",
    reread=sections.TRACE,
    general_hints=(
        "What can a node do the moment somebody writes `a @ b`? Who else has to hear of it?",
        (
            "Every operator does the same four things: find the operands' names, make a name that nobody "
            "has, compute the value, write down the step. So write that once."
        ),
        (
            "A small class whose methods for the six operations all call one function. That function "
            "appends (op, names of the inputs, name of the output) to the tape and the value to `values`. "
            "At the end you call the program with one node for each input."
        ),
    ),
    examples={"tiny": TINY},
    hints={
        "integer-truncation": Hint(code=TRACE_TINY),
        "mutates-arguments": Hint(
            advice="A new entry in a dict changes the dict, and whoever called your function goes on using "
            "`inputs`. Into which dict do your results go?",
        ),
    },
    arguments=("program", "inputs"),
    cases=_cases,
    reference=_reference,
    read=read_trace,
    fault=fault_of_trace,
    solve=trace,
    steps={"order": order, "new_name": new_name, "compute": compute, "write": write, "keep": keep},
    slips=SLIPS,
    alias=_op,
    equivalent={
        "A list of names does for the tuple.": (
            "names = tuple([node.name for node in nodes]) -> names = [node.name for node in nodes]",
        ),
        "A node wrapped in an array and taken out of it is the same node.": tuple(
            change for node in NODES for change in wrapped(node, SAME_NODE)
        ),
        "No step reads the node of the mean: the tape has it already.": wrapped(
            "run('mean', self)", TRANSPOSE, *AXES, RAVEL, SQUEEZE, SAME_NODE, "lambda value: None"
        ),
        "Any number makes a name, as long as nothing has that name yet.": (
            "number = 1 -> number = 2",
            "number = 1 -> number = 0",
            "number += 1 -> number += 2",
        ),
        IMMUTABLE: (" -> program = spoil(program)",),
    },
    right=(
        trace_by_nodes_that_hold_their_arrays,
        trace_by_a_class_made_of_methods,
        trace_by_looking_methods_up,
        trace_by_running_the_tape_afterwards,
        trace_by_names_in_letters,
    ),
)
