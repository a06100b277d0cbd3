"""What is wrong with the form of a wrong answer to `trace`: its pair, a step, a name, the order, the values.

It finds what the learner has to be told first. It is not asked about right answers, and is stricter than the
contract in nothing that could make an answer wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, starmap
from typing import Any

import numpy as np

from grader.lessons.automatic_differentiation.tapes import OPS
from grader.lessons.exercise import Case, Fault

SEQUENCES = (list, tuple)
MAX_SHOWN = 30  # characters of a name in a step that is quoted


def fault_of_trace(case: Case, answer: Any) -> Fault | None:
    """The first rule that a wrong answer `(tape, values)` to the case breaks; None if it breaks none."""
    if found := _fault_of_pair(answer):
        return found
    (tape, values), (_, inputs) = answer, case.arguments
    return (
        next(filter(None, starmap(_fault_of_step, enumerate(tape, start=1))), None)
        or _fault_of_new_names(tape, inputs)
        or _fault_of_order(tape)
        or _fault_of_values(tape, values, inputs)
    )


# --- The pair ---------------------------------------------------------------------------------------


def _fault_of_pair(answer: Any) -> Fault | None:
    """What came back in the place of `(tape, values)`."""
    if isinstance(answer, Mapping):
        alone = "a dict comes back, where the tuple `tape, values` is asked for"
        return Fault("wrong-keys", alone)
    if isinstance(answer, SEQUENCES) and answer and all(map(_is_like_a_step, answer)):
        return Fault("wrong-keys", "the tape comes back alone: `values` is missing")
    if not isinstance(answer, SEQUENCES) or len(answer) != 2:
        return Fault("wrong-keys", f"{_kind(answer)} comes back, where `tape, values` is asked for")
    tape, values = answer
    if isinstance(tape, Mapping) and isinstance(values, SEQUENCES):
        return Fault("swapped-outputs", "`values, tape` comes back: the order is `tape, values`")
    if not isinstance(values, Mapping):
        return Fault("wrong-keys", f"`values` is {_kind(values)}, not a dict with a string for each name")
    if not isinstance(tape, SEQUENCES):
        return Fault("wrong-keys", f"`tape` is {_kind(tape)}, not a list")
    return None


def _is_like_a_step(value: Any) -> bool:
    return isinstance(value, SEQUENCES) and len(value) > 1 and isinstance(value[0], str)


# --- A step -----------------------------------------------------------------------------------------


def _fault_of_step(number: int, step: Any) -> Fault | None:
    """What a step holds in the place of `(op, inputs, output)`."""
    what = _problem_of_step(step)
    shown = f"step {number} of your tape" + (f", `{step!r}`," if _is_short(step) else "")
    return Fault("wrong-keys", f"{shown} {what}") if what else None


def _problem_of_step(step: Any) -> str:
    if not isinstance(step, SEQUENCES):
        return f"is {_kind(step)}, not a tuple `(op, inputs, output)`"
    if len(step) != 3:
        return f"has {len(step)} entries, not the three of `(op, inputs, output)`"
    op, inputs, output = step
    if not isinstance(op, str):
        return f"has {_kind(op)} for its op, where the op's name is asked for"
    if isinstance(inputs, str):
        comma = f": a tuple of one name needs a comma, `({inputs!r},)`" if isinstance(output, str) else ""
        return f"has a string for its inputs, not a tuple{comma if op in OPS else ''}"
    if not isinstance(inputs, SEQUENCES):
        return f"has {_kind(inputs)} for its inputs, not a tuple of names"
    for name in (*inputs, output):
        if not isinstance(name, str):
            return f"holds {_kind(name)} where a name, a string, is asked for"
    return "" if op in OPS else f"has an op of another name than {', '.join(OPS)}"


def _is_short(step: Any) -> bool:
    """Whether a step has nothing but short texts and numbers, in tuples and lists."""
    if isinstance(step, SEQUENCES):
        return len(step) <= 4 and all(map(_is_short, step))
    return isinstance(step, (int, float)) or (isinstance(step, str) and len(step) <= MAX_SHOWN)


def _kind(value: Any) -> str:
    """A value in a few words. What is no plain data, such as a node, tells its `kind`."""
    if isinstance(value, SEQUENCES):
        return f"a {type(value).__name__} of {len(value)}"
    kinds = {np.ndarray: "array", str: "string", int: "number", float: "number"}
    kind = kinds.get(type(value), getattr(value, "kind", type(value).__name__)).rpartition(".")[2]
    return "None" if value is None else f"{'an' if kind[0] in 'aeio' else 'a'} {kind}"


# --- Names, order and values ------------------------------------------------------------------------


def _fault_of_new_names(tape, inputs: Mapping) -> Fault | None:
    """An output with the name of an input or of an earlier output."""
    made: dict[str, int] = {}
    for number, (_, _, output) in enumerate(tape, start=1):
        if output in inputs:
            return Fault(
                "name-reused", f"step {number} calls its output `{output}`, and an input has that name"
            )
        if output in made:
            return Fault(
                "name-reused", f"steps {made[output]} and {number} both call their output `{output}`"
            )
        made[output] = number
    return None


def _fault_of_order(tape) -> Fault | None:
    """A step that reads what only a later one makes."""
    early = _read_too_early(tape)
    if not early:
        return None
    number, name, maker = early
    is_reversed = _read_too_early(tape[::-1]) is None
    what = f"step {number} of your tape reads `{name}`, which is only made in step {maker}"
    return Fault("tape-reversed" if is_reversed else "wrong-keys", what)


def _read_too_early(tape) -> tuple[int, str, int] | None:
    """The first step that reads an output not made yet, that output, and the step that makes it."""
    made_in = {output: number for number, (_, _, output) in enumerate(tape, start=1)}
    reads = chain.from_iterable(
        ((number, name) for name in inputs) for number, (_, inputs, _) in enumerate(tape, start=1)
    )
    return next(((n, name, made_in[name]) for n, name in reads if made_in.get(name, 0) >= n), None)


def _fault_of_values(tape, values: Mapping, inputs: Mapping) -> Fault | None:
    """Names of inputs, or on the tape, that `values` lacks."""
    outputs = [output for _, _, output in tape]
    foreign = [name for _, names, _ in tape for name in names if name not in inputs and name not in outputs]
    missing_inputs = [name for name in inputs if name not in values]
    if missing_inputs and foreign:
        return Fault("wrong-keys", f"the tape reads `{foreign[0]}`, but inputs keep their names")
    for name in (*missing_inputs, *(output for output in outputs if output not in values)):
        return Fault("wrong-keys", f"`values` lacks `{name}`: it has to have the array of every name")
    return None
