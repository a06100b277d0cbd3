"""The exercise `adam_step`: one step of Adam.

Kingma and Ba, "Adam: A method for stochastic optimization", ICLR 2015, in the form at the end of its
section 2, which Keras uses.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from grader.lessons.cases import stored_by_columns
from grader.lessons.draws import shuffled
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.matching_keras import sections
from grader.lessons.matching_keras.parameters import (
    PARAMETER_AXES,
    counted_from_output,
    layer_by_layer,
    parameters_and_gradients,
    with_old_biases,
)
from grader.lessons.matching_keras.sgd_step import TINY_INTEGERS
from grader.lessons.networks import TWO_LAYERS
from grader.lessons.tensors import float64
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------

DEFAULTS = (0.001, 0.9, 0.999, 1e-7)  # learning_rate, beta_1, beta_2, epsilon


def adam_step(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **steps
):  # fmt: skip
    """New parameters, float64, and the new state `{"t": int, "m": {...}, "v": {...}}`.

    `params` has `W1` `(n_in, n_out)`, `b1` `(n_out,)` and so on, `grads` has `dW1`, `db1` of the same shapes;
    the moments m and v have the names and the shapes of `params`.
    """
    moved, m, v = {}, {}, {}
    for position, (name, value) in enumerate(params.items()):
        t = steps["present"](state["t"], position)
        old = state["m"][name], state["v"][name]
        m[name], v[name] = steps["moments"](grads[f"d{name}"], *old, beta_1, beta_2)
        moved[name] = steps["move"](value, m[name], v[name], t, learning_rate, beta_1, beta_2, epsilon)
    return moved, steps["remember"](state["t"], m, v)


def present(t, position):
    """The number of the present step from the number `t` of steps taken.

    `position` counts the parameters; all of them share the number.
    """
    return t + 1


def moments(gradient, m, v, beta_1, beta_2):
    """The new moments m and v of one parameter, each of the shape of its gradient."""
    return beta_1 * m + (1 - beta_1) * gradient, beta_2 * v + (1 - beta_2) * gradient**2


def move(value, m, v, t, learning_rate, beta_1, beta_2, epsilon):
    """One parameter after step number `t`, from its new moments."""
    rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return value - rate * m / (np.sqrt(v) + epsilon)


def remember(t, m, v):
    """The new state, from the old number `t` of steps and the new moments."""
    return {"t": t + 1, "m": m, "v": v}


# --- Slips ------------------------------------------------------------------------------------------

NUMBERS = ("m", "v", "t", "learning_rate", "beta_1", "beta_2", "epsilon")


def _in_move(wrong):
    """A slip's step in `move`: `wrong(n)` maps some of the numbers in the namespace `n` to other values."""

    def step(right, value, *numbers):
        n = SimpleNamespace(**dict(zip(NUMBERS, numbers, strict=True)))
        return right(value, *{**vars(n), **wrong(n)}.values())

    return {"move": step}


def _in_moments(wrong):
    """A slip's step in `moments`: `wrong(beta_1, beta_2)` gives the two betas to use instead."""
    return {"moments": lambda right, g, m, v, beta_1, beta_2: right(g, m, v, *wrong(beta_1, beta_2))}


def _in_state(wrong):
    """A slip's step in `remember`: `wrong(t, m, v)` gives the entries of the new state that are wrong."""
    return {"remember": lambda right, t, m, v: {**right(t, m, v), **wrong(t, m, v)}}


def _correction(n, beta):
    return 1 - getattr(n, beta) ** n.t


def _first_uncorrected(n):
    return {"m": n.m * _correction(n, "beta_1")}


def _second_uncorrected(n):
    return {"learning_rate": n.learning_rate / np.sqrt(_correction(n, "beta_2"))}


def _both_uncorrected(n):
    return {**_first_uncorrected(n), **_second_uncorrected(n)}


def _corrected_as_at_first(n):
    return {"t": 1}


ROOTS = (
    _in_state(lambda t, m, v: {"v": {name: np.sqrt(moment) for name, moment in v.items()}}),
    _in_move(lambda n: {"v": n.v**2}),
)


def _off_by(correction, remembered):
    """The correction uses t + `correction`, the state keeps t + `remembered`; both should be 1."""
    return {
        "present": lambda right, t, position: t + correction,
        "remember": lambda right, t, m, v: {"t": t + remembered, "m": m, "v": v},
    }


def _raises_at_zero(remembered):
    """As `_off_by(0, remembered)`, but the first step divides a Python float by zero."""

    def step(right, t, position):
        if t == 0:
            raise ZeroDivisionError
        return t

    return {**_off_by(0, remembered), "present": step}


COUNTED_FOR_EACH_PARAMETER = {
    "present": lambda right, t, position: t + 1 + position,
    **_in_state(lambda t, m, v: {"t": t + len(m)}),
}


def _betas_swapped_in_moments(beta_1, beta_2):
    return beta_2, beta_1


def _betas_swapped_in_move(n):
    return {"beta_1": n.beta_2, "beta_2": n.beta_1}


def _betas_in_float32(n):
    return {"beta_1": float(np.float32(n.beta_1)), "beta_2": float(np.float32(n.beta_2))}


def _biases_unchanged(right, params, *others, **steps):
    moved, state = right(params, *others, **steps)
    return with_old_biases(moved, params), state


TINY = (
    'tiny_params = {"W1": np.array([[1.0]]), "b1": np.array([2.0])}\n'
    'tiny_grads = {"dW1": np.array([[0.5]]), "db1": np.array([-3.0])}\n'
    "tiny_zeros = {name: np.zeros_like(value) for name, value in tiny_params.items()}\n"
    'tiny = tiny_params, tiny_grads, {"t": 0, "m": tiny_zeros, "v": tiny_zeros}, 0.1, 0.9, 0.999, 0.0'
)
INTEGERS_AND_FLOATS = (
    f"{TINY_INTEGERS}"
    "tiny_zeros = {name: 0 * value for name, value in tiny_params.items()}\n"
    'tiny = tiny_grads, {"t": 0, "m": tiny_zeros, "v": tiny_zeros}, 0.1\n'
    "print(adam_step(tiny_params, *tiny))\nprint(adam_step(tiny_floats, *tiny))"
)
TWO_STEPS = Hint(
    advice="The correction fades: after many steps the moments have forgotten that they started at zero. "
    "Where does the number of steps enter yours?",
    experiment="Make a second step with the gradients of the first: in Adam it is again as long as the "
    "learning rate, here 0.1. How long is yours?",
    code=f"{TINY}\ntiny_moved, tiny_state = adam_step(*tiny)\n"
    "print(tiny_moved, adam_step(tiny_moved, tiny_grads, tiny_state, *tiny[3:])[0])",
)
TEN_TIMES = Hint(
    experiment="Make the gradients ten times as large: by how much should the second moment grow, and should "
    "a first step grow with it?",
    code=f"{TINY}\ntiny_large = {{name: 10 * value for name, value in tiny_grads.items()}}\n"
    "print(adam_step(*tiny))\nprint(adam_step(tiny_params, tiny_large, *tiny[2:]))",
)
LARGE_EPSILON = Hint(code=f"{TINY}\nprint(adam_step(*tiny[:-1], 0.1)[0])")
OTHER_ARGUMENTS = Hint(
    code=f"{TINY}\nprint(adam_step(*tiny)[0])\nprint(adam_step(*tiny[:3], 0.2, 0.5, 0.5, 1.0)[0])"
    '\nprint(adam_step(*tiny[:2], {"t": 0, "m": tiny_params, "v": tiny_params}, *tiny[3:])[0])'
)


def _ignored(argument: str, steps) -> Slip:
    return Slip("ignores-argument", steps, argument, OTHER_ARGUMENTS)


SLIPS = (
    Slip("no-bias-correction", _in_move(_both_uncorrected)),
    Slip("no-bias-correction", _in_move(_first_uncorrected)),
    Slip("no-bias-correction", _in_move(_second_uncorrected)),
    Slip("correction-without-power", _in_move(_corrected_as_at_first), hint=TWO_STEPS),
    *(Slip("root-of-moment", steps, hint=TEN_TIMES) for steps in ROOTS),
    *(Slip("step-off-by-one", _off_by(*off)) for off in ((0, 1), (0, 0), (1, 0), (2, 1), (2, 2), (1, 2))),
    *(Slip("step-off-by-one", _raises_at_zero(remembered)) for remembered in (0, 1)),
    Slip("step-off-by-one", COUNTED_FOR_EACH_PARAMETER),
    Slip(
        "epsilon-inside-root",
        _in_move(lambda n: {"v": n.v + n.epsilon, "epsilon": 0.0}),
        hint=LARGE_EPSILON,
    ),
    Slip(
        "epsilon-inside-root",
        _in_move(lambda n: {"v": n.v + n.epsilon * _correction(n, "beta_2"), "epsilon": 0.0}),
        hint=LARGE_EPSILON,
    ),
    Slip(
        "epsilon-unscaled",
        _in_move(lambda n: {"epsilon": n.epsilon * np.sqrt(_correction(n, "beta_2"))}),
        hint=LARGE_EPSILON,
    ),
    Slip("moments-swapped", _in_moments(_betas_swapped_in_moments)),
    Slip("moments-swapped", _in_move(_betas_swapped_in_move)),
    Slip("moments-swapped", {**_in_moments(_betas_swapped_in_moments), **_in_move(_betas_swapped_in_move)}),
    Slip("moments-swapped", _in_move(lambda n: {"m": n.v, "v": n.m})),
    Slip("moments-swapped", _in_state(lambda t, m, v: {"m": v, "v": m})),
    Slip("wrong-sign", _in_move(lambda n: {"learning_rate": -n.learning_rate})),
    Slip("low-precision", _in_move(_betas_in_float32)),
    _ignored("learning_rate", _in_move(lambda n: {"learning_rate": 0.001})),
    _ignored("the moments in state", {"moments": lambda right, g, m, v, *betas: right(g, 0.0, 0.0, *betas)}),
    *(
        _ignored("epsilon", _in_move(lambda n, epsilon=epsilon: {"epsilon": epsilon}))
        for epsilon in (0.0, 1e-7, 1e-8)
    ),
    _ignored(
        "beta_1, beta_2",
        {
            **_in_moments(lambda beta_1, beta_2: (0.9, 0.999)),
            **_in_move(lambda n: {"beta_1": 0.9, "beta_2": 0.999}),
        },
    ),
    Slip("bias-gradient-missing", {"answer": _biases_unchanged}),
)


# --- Cases ------------------------------------------------------------------------------------------

CALLS = (
    # t, the arguments after the state: one row for each of `parameters.NETWORKS`
    (0, (0.01, 0.9, 0.999, 1e-7)),
    (1, (0.1, 0.8, 0.95, 1e-3)),
    (9, (0.05, 0.6, 0.99, 1e-5)),
    (1000, (0.02,)),
    (0, (0.5, 0.7)),
    (2, (0.03, 0.95, 0.4, 1e-2)),
    (0, ()),
    (9, (0.2, 0.9, 0.98)),
    (5, ()),
    (0, (0.1, 0.5, 0.75, 1e-4)),
    (3, (0.05, 0.85)),
    (0, (0.2,)),
    (1, ()),
    (4, (0.3, 0.9, 0.99)),
)


def _cases(rng) -> list[Case]:
    """Gradients of many sizes, so that epsilon counts in some entries; a few are exactly 0."""
    cases = []
    for (t, others), (fields, params, grads) in zip(CALLS, parameters_and_gradients(rng), strict=True):
        if "integer" not in fields["tags"]:
            grads = {name: _of_many_sizes(rng, gradient) for name, gradient in grads.items()}
        state = {"t": t, "m": {}, "v": {}}
        for name, value in params.items():
            past = _of_many_sizes(rng, rng.normal(size=value.shape))
            state["m"][name] = past * rng.uniform(0.2, 0.8, size=value.shape)
            state["v"][name] = past**2 * rng.uniform(1, 2, size=value.shape)
        if not t:  # integers for integers, as `zeros_like` makes them
            state |= {moment: {n: np.zeros_like(value) for n, value in params.items()} for moment in "mv"}
        if t:  # a weight that has never had a gradient, and has none now
            state["m"]["W1"].flat[0] = state["v"]["W1"].flat[0] = grads["dW1"].flat[0] = 0.0
        state = {**state, "m": shuffled(rng, state["m"]), "v": shuffled(rng, state["v"])}
        fields = {**fields, "label": f"step {t + 1} of {fields['label']}"}
        cases.append(Case(**fields, arguments=(params, grads, shuffled(rng, state), *others)))
    return stored_by_columns(cases, f"step 10 of {TWO_LAYERS}")


def _of_many_sizes(rng, array):
    return array * 10.0 ** rng.uniform(-6, 0, size=array.shape)


def _with_defaults(others: tuple) -> tuple[float, ...]:
    """The arguments after the state, with the default for each that the call leaves out."""
    return (*others, *DEFAULTS[len(others) :])


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    """TensorFlow's own kernel for Adam."""
    tf = import_tensorflow()
    params, grads, state, *others = case.arguments
    learning_rate, beta_1, beta_2, epsilon = _with_defaults(others)
    t = state["t"] + 1
    scalars = {
        "lr": learning_rate, "beta1": beta_1, "beta2": beta_2, "epsilon": epsilon,
        "beta1_power": beta_1**t, "beta2_power": beta_2**t,
    }  # fmt: skip
    scalars = {name: float64(tf, number) for name, number in scalars.items()}
    moved, m, v = {}, {}, {}
    for name in layer_by_layer(params):
        start = params[name], state["m"][name], state["v"][name]
        variables = [tf.Variable(float64(tf, array)) for array in start]
        handles = dict(zip(("var", "m", "v"), (variable.handle for variable in variables), strict=True))
        tf.raw_ops.ResourceApplyAdam(**handles, **scalars, grad=float64(tf, grads[f"d{name}"]))
        moved[name], m[name], v[name] = (variable.numpy() for variable in variables)
    return moved, {"t": t, "m": m, "v": v}


# --- Invariants and error carried forward -----------------------------------------------------------


def _counts_on(case: Case, parts) -> bool:
    return bool(parts["state['t']"] == case.arguments[2]["t"] + 1)


def _squares_not_negative(case: Case, parts) -> bool:
    return all(np.all(value >= 0) for name, value in parts.items() if name.startswith("state['v']"))


def _carry_forward(case: Case, own) -> dict:
    """Each parameter given its moments and the number of the step in the learner's new state."""
    params, _, _, *others = case.arguments
    expected = {}
    for name, value in params.items():
        needed = (f"state['m']['{name}']", f"state['v']['{name}']", "state['t']")
        if own.keys() >= set(needed) and own["state['t']"] >= 1:
            expected[f"params['{name}']"] = move(
                value, *(own[part] for part in needed), *_with_defaults(others)
            )
    return expected


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="adam_step",
    points=4,
    asks="one step of Adam for all parameters, and its state",
    reread=sections.ADAM,
    general_hints=(
        "What do the two averages remember, and what do they hold before the first step?",
        (
            "Since both begin at 0, they are too small at first. Keras puts that right in the size of the "
            "step, with both betas and the number of this step, counted from 1."
        ),
        (
            "For each parameter: the new m from the old one and the gradient, the new v from the old one "
            "and the gradient's square, then a step that has m above and a root of v below. `epsilon` is "
            "added to the root. Return new dicts and the raised t."
        ),
    ),
    sections=no_later_than("4.1", sections.SECTIONS),
    examples={"tiny": TINY},
    hints={"integer-truncation": Hint(code=INTEGERS_AND_FLOATS)},
    arguments=("params", "grads", "state", "learning_rate", "beta_1", "beta_2", "epsilon"),
    cases=_cases,
    reference=_reference,
    solve=adam_step,
    steps={"present": present, "moments": moments, "move": move, "remember": remember},
    slips=SLIPS,
    parts=("params", "state"),
    worth={"params": 2, "state": 2},
    carried_on=("state",),
    alias=counted_from_output,
    carry_forward=_carry_forward,
    axes=PARAMETER_AXES,
    invariants=(
        Invariant("The number of steps taken has not grown by one.", _counts_on),
        Invariant("The second moments are means of squares, but some are negative.", _squares_not_negative),
    ),
)
