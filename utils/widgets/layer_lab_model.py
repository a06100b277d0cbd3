"""The model of the layer lab: what the units of one layer make of one example, for weights that change."""

import numpy as np

from utils.network import sigmoid
from utils.plots import widgets as plots
from utils.widgets.layer_lab_wording import SENTENCE, TERM
from utils.widgets.wording import counted, four_digits, ignored_warnings

ACTIVATIONS = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "ReLU": lambda z: np.maximum(z, 0.0),
    "identity": lambda z: np.asarray(z) + 0.0,
}


class LayerActivations:
    """The pre-activations `z` and the activations `a` (units,) that `dense` gives for one example.

    `dense(A_prev, W, b, activation)` is called with `x` (n,) as the only row, `W` (n, units), `b` (units,).
    Call `update` after changing `x`, `W`, `b`, `activation` (a name in `ACTIVATIONS`) or `unit`, the index of
    the unit that the sentence is about. Raises `ValueError` if the result has another shape than (1, units).
    """

    def __init__(self, dense, x, W, b):
        self.dense, self.activation, self.unit = dense, "sigmoid", 0
        self.x, self.W, self.b = (np.array(array, dtype=float) for array in (x, W, b))
        self.update()

    def update(self):
        """Compute the layer with the present numbers."""
        self.z = self._layer(ACTIVATIONS["identity"])
        self.a = self._layer(ACTIVATIONS[self.activation])

    def _layer(self, activation):
        with ignored_warnings():
            row = self.x[np.newaxis].copy(), self.W.copy(), self.b.copy()
            out = np.asarray(self.dense(*row, activation), dtype=float)
        if out.shape != (1, len(self.b)):
            raise ValueError(
                f"dense gave shape {out.shape} for one example and {counted(len(self.b), 'unit')}"
            )
        return out[0]

    def sentence(self):
        """Return in words what the chosen unit computes."""
        columns = zip(self.x, self.W[:, self.unit], strict=True)
        return SENTENCE.format(
            unit=self.unit + 1,
            terms=" + ".join(TERM.format(x=four_digits(x), w=_signed(w)) for x, w in columns),
            bias=_signed(self.b[self.unit]),
            z=four_digits(self.z[self.unit]),
            activation=self.activation,
            a=four_digits(self.a[self.unit]),
        )

    def figure(self):
        """Draw the inputs, the weights, the biases and the results."""
        return plots.plot_layer_values(self.x, self.W, self.b, self.z, self.a, self.unit, self.activation)

    def alt(self):
        """Return the alternative text of the figure, with its numbers."""
        units = (
            f"Unit {k + 1}: weights {_listed(self.W[:, k])}, bias {four_digits(self.b[k])}, z "
            f"{four_digits(self.z[k])}, a {four_digits(self.a[k])}."
            for k in range(len(self.b))
        )
        return f"A layer with {self.activation}. Inputs {_listed(self.x)}. {' '.join(units)}"


def _listed(numbers):
    return ", ".join(four_digits(number) for number in numbers)


def _signed(value):
    return f"({four_digits(value)})" if value < 0 else four_digits(value)
