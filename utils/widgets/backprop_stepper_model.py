"""The model of the backprop stepper: a forward and a backward pass of a sigmoid network, step by step."""

import numpy as np

from utils.network import forward
from utils.plots import widgets as plots
from utils.widgets.wording import four_digits


class NetworkPasses:
    """One forward and one backward pass through the computation graph of a network, as a list of steps.

    `params` {"W1", "b1", ...} with one output unit, `X` (m, n_0) and `Y` (m, 1). `steps` are named after the
    arrays that they compute: "A0", "Z1", "A1", ..., "J", "dZ2", "dW2" (with db2), "dA1", "dZ1", "dW1".
    `arrays` {name: array} has all of them, float64; `losses` (m, 1) are the cross-entropies of the examples.

    `position` is the index of the present step, `example` the row of the batch that is displayed, and
    `selected_units` the unit of each layer whose numbers are explained.
    """

    def __init__(self, params, X, Y):
        self.params, self.Y = params, np.asarray(Y, dtype=float).reshape(-1, 1)
        self.depth = len(params) // 2
        A, self.arrays = forward(X, params)
        Z = self.arrays[f"Z{self.depth}"]
        self.losses = np.logaddexp(0, Z) - self.Y * Z  # finite also where a prediction is 0 or 1
        self.arrays["J"] = self.losses.mean()
        self.steps = list(self.arrays)
        self._backward_pass(A)
        self.layer_sizes = [self.arrays[f"A{layer}"].shape[1] for layer in range(self.depth + 1)]
        self.selected_units = [0] * (self.depth + 1)
        self.position = self.example = 0

    def _backward_pass(self, A):
        arrays = self.arrays
        arrays[f"dZ{self.depth}"] = (A - self.Y) / len(A)
        for layer in range(self.depth, 0, -1):
            dZ, A_prev = arrays[f"dZ{layer}"], arrays[f"A{layer - 1}"]
            arrays[f"dW{layer}"], arrays[f"db{layer}"] = A_prev.T @ dZ, dZ.sum(axis=0)
            self.steps += [f"dZ{layer}", f"dW{layer}"]
            if layer > 1:
                arrays[f"dA{layer - 1}"] = dZ @ self.params[f"W{layer}"].T
                arrays[f"dZ{layer - 1}"] = arrays[f"dA{layer - 1}"] * A_prev * (1 - A_prev)
                self.steps.append(f"dA{layer - 1}")

    def move(self, by):
        """Go `by` steps forward, or backward if negative, but not beyond the first and the last."""
        self.position = min(max(self.position + by, 0), len(self.steps) - 1)

    @property
    def step(self):
        """The name of the present step, such as "dZ1"."""
        return self.steps[self.position]

    @property
    def kind(self):
        """The name of the present step without its layer, such as "dZ"."""
        return self.step.rstrip("0123456789")

    @property
    def layer(self):
        """The layer of the present step; the cost belongs to the last one."""
        return self.depth if self.step == "J" else int(self.step.lstrip("dZAW"))

    @property
    def unit(self):
        """The selected unit of the present step's layer."""
        return self.selected_units[self.layer]

    @unit.setter
    def unit(self, value):
        self.selected_units[self.layer] = value

    def row(self, name):
        """Return the displayed example's row of an array, shape (units,)."""
        return self.arrays[name][self.example]

    def known_rows(self):
        """Return the displayed example's rows that are computed so far, {name: (units,)}."""
        names = self.steps[: self.position + 1]
        return {name: self.row(name) for name in names if name != "J" and not name.startswith("dW")}

    def known_cost(self):
        """Return the cost as text, "" before it is computed."""
        return four_digits(self.arrays["J"]) if self.position >= self.steps.index("J") else ""

    def connections(self):
        """Return the numbers on the connections that the present step uses or computes, or None.

        The tuple (layer, unit, other layer, numbers, line style) tells which unit is connected with which
        layer, with a number for each unit of the latter.
        """
        layer, unit = self.layer, self.unit
        if self.kind == "Z":
            return layer, unit, layer - 1, self.params[f"W{layer}"][:, unit], "-"
        if self.kind == "dW":
            return layer, unit, layer - 1, self.arrays[f"dW{layer}"][:, unit], "--"
        if self.kind == "dA":
            return layer, unit, layer + 1, self.params[f"W{layer + 1}"][unit], "--"
        return None

    def figure(self):
        """Draw the network with the numbers that are computed so far."""
        return plots.plot_backprop(
            self.layer_sizes,
            self.known_rows(),
            self.step,
            self.selected_units,
            self.known_cost(),
            self.Y[self.example, 0],
            self.connections(),
        )
