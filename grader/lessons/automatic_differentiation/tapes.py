"""Tapes: how they are written, the values of their names, their gradients by TensorFlow in float64.

A tape is a list of steps `(op, inputs, output)`; `values` maps every name to its array.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.lessons.networks import Network
from grader.lessons.tensors import float64
from utils.network import sigmoid

Step = tuple[str, tuple[str, ...], str]

OPS = {
    "matmul": np.matmul,
    "add": np.add,
    "mul": np.multiply,
    "sigmoid": sigmoid,
    "log": np.log,
    "mean": np.mean,
}


@dataclass(frozen=True)
class Tape:
    """A tape with the values of its names; `kind` says what is special about it."""

    kind: str
    label: str
    steps: list[Step]
    values: dict[str, np.ndarray]
    tags: frozenset[str] = frozenset()


def names_on(steps) -> list[str]:
    """Every name on a tape, in the order in which they first occur."""
    return list(dict.fromkeys(name for _, inputs, output in steps for name in (*inputs, output)))


def run(steps, given) -> dict[str, np.ndarray]:
    """The values of all names after the steps ran from the `given` values."""
    values = dict(given)
    for op, inputs, output in steps:
        values[output] = np.asarray(OPS[op](*(values[name] for name in inputs)))
    return values


def network_tape(network: Network) -> tuple[list[Step], dict[str, np.ndarray]]:
    """The steps of a sigmoid network with its binary cross-entropy cost, and the values they start from."""
    lines, A = [], "X"
    for layer in range(1, network.depth + 1):
        lines.append(f"P{layer} = matmul({A}, W{layer})")
        lines.append(f"Z{layer} = add(P{layer}, b{layer})")
        lines.append(f"A{layer} = sigmoid(Z{layer})")
        A = f"A{layer}"
    lines += f"""log_A = log({A})
        loss_1 = mul(minus_Y, log_A)
        minus_A = mul({A}, minus_ones)
        B = add(ones, minus_A)
        log_B = log(B)
        loss_0 = mul(Y_minus_1, log_B)
        loss = add(loss_1, loss_0)
        J = mean(loss)""".splitlines()
    ones = np.ones(network.Y.shape)
    labels = {"minus_Y": -network.Y, "Y_minus_1": network.Y - 1, "ones": ones, "minus_ones": -ones}
    return parse("\n".join(lines)), {"X": network.X, **network.params, **labels}


def parse(text: str) -> list[Step]:
    """Steps from lines such as `z = add(p, b)`."""
    steps = []
    for line in text.strip().splitlines():
        output, call = line.strip().split(" = ")
        op, inputs = call.rstrip(")").split("(")
        steps.append((op, tuple(inputs.split(", ")), output))
    return steps


def tensor_ops(tf) -> dict[str, Callable]:
    """Return TensorFlow's functions for the ops of a tape."""
    return {
        "matmul": tf.matmul,
        "add": tf.add,
        "mul": tf.multiply,
        "sigmoid": tf.sigmoid,
        "log": tf.math.log,
        "mean": tf.reduce_mean,
    }


def gradients(tf, tape: Tape) -> dict[str, np.ndarray]:
    """The gradient with respect to every name on the tape, the last name first, by a `GradientTape`."""
    ops = tensor_ops(tf)
    names, made = names_on(tape.steps), {output for _, _, output in tape.steps}
    tensors = {n: float64(tf, tape.values[n]) for n in names if n not in made}
    with tf.GradientTape() as record:
        record.watch(tensors)
        for op, inputs, output in tape.steps:
            tensors[output] = ops[op](*(tensors[name] for name in inputs))
    last = tensors[tape.steps[-1][2]]
    found = record.gradient(last, tensors, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return {name: found[name].numpy() for name in reversed(names)}
