"""Widgets to play with: a backprop stepper, a softmax lab and a learning-rate lab.

Each is one call in a cell. Where widgets run (JupyterLab, Notebook, VS Code, Colab) it shows controls and
a screen, and everything can be done with the keyboard. Where they don't (GitHub, a page made of a
notebook, no ipywidgets), the same call shows a picture. The numbers come from three small classes that
know of neither: `Walk`, `Odds` and `Descent`. Each has `sentence()`, `figure()` and `alt()`.
"""

import html
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from utils.network import forward
from utils.plots import widgets as plots
from utils.plots.style import bundle, minus, tag
from utils.plots.widgets import number, probability

VIEW = "application/vnd.jupyter.widget-view+json"


def backprop_stepper(params, X, Y):
    """Step through one forward and one backward pass of a sigmoid network, number by number.

    `params` {"W1", "b1", ...} with one output unit, `X` (m, n) and `Y` (m, 1), as in lesson 3.
    """
    walk = Walk(params, X, Y)
    walk.move(len(walk.steps))  # where it cannot be stepped through, everything is seen at once
    still = bundle(walk.figure(), walk.alt())
    walk.move(-len(walk.steps))
    _display(still, lambda widgets: _stepper(widgets, walk))


def softmax_lab(softmax, logits, label):
    """Move `logits` (N,) and see the probabilities, the loss and p - y for the right class `label`.

    `softmax` gets logits of shape (1, N) and returns probabilities of that shape.
    """
    odds = Odds(softmax, logits, label)
    _display(bundle(odds.figure(), odds.alt()), lambda widgets: _softmax_lab(widgets, odds))


def learning_rate_lab(cost, gradient, start, span):
    """Choose a learning rate and see where gradient descent goes on the surface of `cost`.

    `cost(theta)` is a float and `gradient(theta)` has shape (2,) for `theta` (2,); `start` (2,) is where
    the path begins; `span` ((low, high), (low, high)) is what the picture shows of the two parameters.
    """
    descent = Descent(cost, gradient, start, span)
    _display(bundle(descent.figure(), descent.alt()), lambda widgets: _learning_rate_lab(widgets, descent))


# --- The backprop stepper -------------------------------------------------------------------------


@dataclass(frozen=True)
class Account:
    """What one step has computed: a sentence, and a table of the numbers that it was made of."""

    sentence: str
    header: tuple
    rows: list


class Walk:
    """One forward and one backward pass, step by step.

    `steps` names them: "A0", "Z1", "A1", ..., "J", "dZ2", "dW2" (with db2), "dA1", "dZ1", "dW1";
    `arrays` holds what each computes. `position` is the step reached, `example` the row that is looked
    at, `units` the unit of each layer that is looked at.
    """

    def __init__(self, params, X, Y):
        self.params, self.Y = params, np.asarray(Y, dtype=float).reshape(-1, 1)
        self.depth = len(params) // 2
        A, self.arrays = forward(X, params)
        Z = self.arrays[f"Z{self.depth}"]
        self.losses = np.logaddexp(0, Z) - self.Y * Z  # also where a prediction is 0 or 1
        self.arrays["J"] = self.losses.mean()
        self.steps = list(self.arrays)
        self._walk_back(A)
        self.sizes = [self.arrays[f"A{layer}"].shape[1] for layer in range(self.depth + 1)]
        self.units = [0] * (self.depth + 1)
        self.position = self.example = 0

    def _walk_back(self, A):
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
        """Go `by` steps forward, or backward if negative, but not beyond the ends."""
        self.position = min(max(self.position + by, 0), len(self.steps) - 1)

    @property
    def step(self):
        """The name of the step reached, such as "dZ1"."""
        return self.steps[self.position]

    @property
    def layer(self):
        """The layer of the step reached; the cost belongs to the last one."""
        return self.depth if self.step == "J" else int(self.step.lstrip("dZAW"))

    @property
    def unit(self):
        """The unit of the present layer that is looked at."""
        return self.units[self.layer]

    @unit.setter
    def unit(self, value):
        self.units[self.layer] = value

    def sentence(self):
        """Say what the present step has computed."""
        return self.account().sentence

    def account(self):
        """Say what the present step has computed, and from which numbers."""
        kind = self.step.rstrip("0123456789")
        if self.step == f"dZ{self.depth}":
            kind = "dZ_output"
        text, header, rows = getattr(self, f"_tell_{kind}")(self.layer, self.unit)
        return Account(_with_subscripts(text), header, rows)

    def _tell_A(self, layer, unit):
        a, shape = self._row(f"A{layer}"), self._shape(f"A{layer}")
        if layer == 0:
            rows = _abridged([(f"unit {j}", value) for j, value in enumerate(a)], unit)
            text = f"A0 = X, the data, has shape {shape}, a row an example. Row {self.example} goes in."
            return text, ("input", "x"), rows
        z = self._row(f"Z{layer}")
        text = (
            f"A{layer} = \u03c3(Z{layer}) has just been computed, shape {shape}: the sigmoid of each entry "
            f"by itself. Unit {unit} of layer {layer} gives {_n(a[unit])}."
        )
        rows = _abridged([(f"unit {j}", z[j], a[j]) for j in range(len(a))], unit)
        return text, (f"layer {layer}", "z", "a = \u03c3(z)"), rows

    def _tell_Z(self, layer, unit):
        a, W = self._row(f"A{layer - 1}"), self.params[f"W{layer}"]
        z, bias = self._row(f"Z{layer}")[unit], self.params[f"b{layer}"][unit]
        text = (
            f"Z{layer} = A{layer - 1} W{layer} + b{layer} has just been computed, shape "
            f"{self._shape(f'Z{layer}')} from {self._shape(f'A{layer - 1}')} and {_shape(W)}. Unit {unit} "
            f"of layer {layer} adds up its inputs, each times its weight, and its bias: {_n(z)}."
        )
        w = W[:, unit]
        rows = _abridged([(f"unit {j}", a[j], w[j], a[j] * w[j]) for j in range(len(a))], summed=3)
        rows += [("bias", "", "", bias), ("sum: z", "", "", z)]
        return text, (f"from layer {layer - 1}", "a", "weight", "a \u00b7 weight"), rows

    def _tell_J(self, layer, _):
        a, y, loss = self._row(f"A{layer}")[0], self.Y[:, 0], self.losses[:, 0]
        J = self.arrays["J"]
        text = (
            f"The cost J has just been computed, a single number: {_n(J)}, the mean of the losses of "
            f"{_count(len(y), 'example')}. Example {self.example} has the label {y[self.example]:g}, the "
            f"prediction {_n(a)} and the loss {_n(loss[self.example])}."
        )
        A = self.arrays[f"A{layer}"][:, 0]
        rows = [(f"example {i}", y[i], A[i], loss[i]) for i in range(len(y))]
        rows = [*_abridged(rows, self.example), ("mean: J", "", "", J)]
        return text, ("", "label y", "prediction a", "loss"), rows

    def _tell_dZ_output(self, layer, _):
        a, y, dz = self.arrays[f"A{layer}"][:, 0], self.Y[:, 0], self.arrays[f"dZ{layer}"][:, 0]
        text = (
            f"dZ{layer} = (A{layer} \u2212 Y) / m has just been computed, shape {self._shape(f'dZ{layer}')}: "
            f"prediction minus label, divided by m = {len(y)}. The error signal of example {self.example} "
            f"is {_n(dz[self.example])}."
        )
        rows = [(f"example {i}", a[i], y[i], a[i] - y[i], dz[i]) for i in range(len(y))]
        header = ("", "prediction a", "label y", "a \u2212 y", "dz = (a \u2212 y) / m")
        return text, header, _abridged(rows, self.example)

    def _tell_dW(self, layer, unit):
        a, dz = self._row(f"A{layer - 1}"), self._row(f"dZ{layer}")[unit]
        dw, db = self.arrays[f"dW{layer}"][:, unit], self.arrays[f"db{layer}"][unit]
        text = (
            f"dW{layer} = A{layer - 1}\u1d40 dZ{layer}, shape {self._shape(f'dW{layer}')}, and "
            f"db{layer}, shape {self._shape(f'db{layer}')}, have just been computed. For each weight into "
            f"unit {unit} of layer {layer}: its input times the unit's error signal, added over "
            f"{_count(len(self.Y), 'example')}."
        )
        rows = _abridged([(f"from unit {j}", a[j], dz, a[j] * dz, dw[j]) for j in range(len(a))])
        rows.append(("bias", 1.0, dz, dz, db))
        header = ("weight", "input a", "dz", f"a \u00b7 dz of example {self.example}", "sum over examples")
        return text, header, rows

    def _tell_dA(self, layer, unit):
        dz, W = self._row(f"dZ{layer + 1}"), self.params[f"W{layer + 1}"]
        da, w = self._row(f"dA{layer}")[unit], W[unit]
        sends = (
            "which sends its error signal back, times the weight between them:"
            if len(dz) == 1
            else "each of which sends its error signal back, times the weight between them. These add up to"
        )
        text = (
            f"dA{layer} = dZ{layer + 1} W{layer + 1}\u1d40 has just been computed, shape "
            f"{self._shape(f'dA{layer}')}. Unit {unit} of layer {layer} feeds "
            f"{_count(len(dz), 'unit')} of layer {layer + 1}, {sends} {_n(da)}."
        )
        rows = _abridged([(f"unit {k}", dz[k], w[k], dz[k] * w[k]) for k in range(len(dz))], summed=3)
        rows.append(("sum: da", "", "", da))
        return text, (f"from layer {layer + 1}", "dz", "weight", "dz \u00b7 weight"), rows

    def _tell_dZ(self, layer, unit):
        da, a, dz = (self._row(f"{kind}{layer}") for kind in ("dA", "A", "dZ"))
        text = (
            f"dZ{layer} = dA{layer} \u2299 A{layer} \u2299 (1 \u2212 A{layer}) has just been computed, shape "
            f"{self._shape(f'dZ{layer}')}: what came back to a unit, times the slope of its own sigmoid. "
            f"The error signal of unit {unit} of layer {layer} is {_n(dz[unit])}."
        )
        rows = [(f"unit {j}", da[j], a[j], a[j] * (1 - a[j]), dz[j]) for j in range(len(a))]
        return text, (f"layer {layer}", "da", "a", "slope a (1 \u2212 a)", "dz"), _abridged(rows, unit)

    def _row(self, name):
        return self.arrays[name][self.example]

    def _shape(self, name):
        return _shape(self.arrays[name])

    def _values(self):
        """The numbers of the example at every unit, as far as they are known."""
        known = self.steps[: self.position + 1]
        return {name: self._row(name) for name in known if name != "J" and not name.startswith("dW")}

    def _cost(self):
        return _n(self.arrays["J"]) if self.position >= self.steps.index("J") else ""

    def _links(self):
        """The numbers on the connections that the present step uses, or makes."""
        kind, layer, unit = self.step.rstrip("0123456789"), self.layer, self.unit
        if kind == "Z":
            return layer, unit, layer - 1, self.params[f"W{layer}"][:, unit], "-"
        if kind == "dW":
            return layer, unit, layer - 1, self.arrays[f"dW{layer}"][:, unit], "--"
        if kind == "dA":
            return layer, unit, layer + 1, self.params[f"W{layer + 1}"][unit], "--"
        return None

    def figure(self):
        """Draw the network with the numbers that are known."""
        y = self.Y[self.example, 0]
        return plots.plot_backprop(
            self.sizes, self._values(), self.step, self.units, self._cost(), y, self._links()
        )

    def alt(self):
        """Say what the picture shows, with its numbers."""
        cost = self._cost()
        told = [
            f"A network with layers of {', '.join(map(str, self.sizes))} units and the cost behind them, "
            f"with the numbers of example {self.example}, label {self.Y[self.example, 0]:g}, "
            f"after step {self.position}, {_name(self.step)}."
        ]
        for layer, units in enumerate(self.sizes):
            for unit in plots.drawn_units(units, self.units[layer]):
                known = [
                    f"{name.rstrip('0123456789').lower() if layer else 'x'} {number(row[unit])}"
                    for name, row in self._values().items()
                    if name.lstrip("dZA") == str(layer)
                ]
                place = f"Layer {layer}" if layer else "Input"
                told += [f"{place}, unit {unit}: {', '.join(known)}."] if known else []
        told += [f"Cost {cost}."] if cost else []
        if self._links():
            layer, unit, other, numbers, style = self._links()
            ends = plots.drawn_units(self.sizes[other], self.units[other])
            values = ", ".join(f"{number(numbers[end])} with unit {end}" for end in ends)
            way = "solid" if style == "-" else "dashed"
            told.append(f"On {way} arrows from layer {other} to unit {unit} of layer {layer}: {values}.")
        return " ".join(told)


def _stepper(widgets, walk):
    last = len(walk.steps) - 1
    back = _button(widgets, "\u25c0 Back", "One step back")
    on = _button(widgets, "Forward \u25b6", "One step forward")
    step = _control(widgets.BoundedIntText, f"Step (0 to {last})", "Go to this step", min=0, max=last)
    example = _control(
        widgets.BoundedIntText, f"Example (0 to {len(walk.Y) - 1})", "The row that is shown",
        min=0, max=len(walk.Y) - 1,
    )  # fmt: skip
    unit = _control(
        widgets.BoundedIntText, "Unit of layer 0 (0 to 99)", "The unit whose numbers are explained",
        min=0, max=walk.sizes[0] - 1,
    )  # fmt: skip
    unit.description = _unit_label(walk)
    screen = widgets.HTML()

    def draw():
        account = walk.account()
        title = f"Step {walk.position} of {last}: {_name(walk.step)}"
        screen.value = _page(title, account.sentence, tag(walk.figure(), walk.alt()), _table(account))

    def go(_):
        walk.position = step.value
        unit.description = _unit_label(walk)
        unit.max, unit.value = walk.sizes[walk.layer] - 1, walk.unit
        draw()

    def look(_):
        if (example.value, unit.value) != (walk.example, walk.unit):
            walk.example, walk.unit = example.value, unit.value
            draw()

    def press(by):
        walk.move(by)
        step.value = walk.position

    step.observe(go, "value")
    example.observe(look, "value")
    unit.observe(look, "value")
    back.on_click(lambda _: press(-1))
    on.on_click(lambda _: press(+1))
    draw()
    return _stack(widgets, [[back, on, step], [example, unit]], screen)


def _unit_label(walk):
    layer = f"layer {walk.layer}" if walk.layer else "the input"
    return f"Unit of {layer} (0 to {walk.sizes[walk.layer] - 1})"


# --- The softmax lab ------------------------------------------------------------------------------


class Odds:
    """The probabilities that `softmax` makes of `logits` + `shift`, for the right class `label`.

    Change these three and call `update`.
    """

    def __init__(self, softmax, logits, label):
        self.softmax, self.shift = softmax, 0.0
        self.logits, self.label = np.array(logits, dtype=float).reshape(-1), int(label)
        self.update()

    def update(self):
        """Ask softmax for the probabilities `p` (N,) of the present logits."""
        self.z = self.logits + self.shift
        with _calm():
            p = np.asarray(self.softmax(self.z[np.newaxis].copy()), dtype=float)
        if p.shape != (1, len(self.z)):
            raise ValueError(f"softmax gave shape {_shape(p)} for logits of shape (1, {len(self.z)})")
        self.p = p[0]

    @property
    def loss(self):
        """Minus the logarithm of the right class's probability."""
        with np.errstate(all="ignore"):
            return float(-np.log(self.p[self.label]))

    @property
    def gradient(self):
        """The derivative of the loss with respect to the logits, p - y."""
        return self.p - (np.arange(len(self.p)) == self.label)

    def sentence(self):
        """Say what comes out."""
        if not np.isfinite(self.p).all():
            return "Some probabilities are not numbers any more: this softmax overflows with these logits."
        best, right = int(self.p.argmax()), self.p[self.label]
        return (
            f"The right class is {self.label}. Its probability is {probability(right)}, so the loss is "
            f"{_n(self.loss)}. The largest probability is {probability(self.p[best])}, of class {best}. "
            f"p \u2212 y adds up to {minus(f'{round(self.gradient.sum(), 4) + 0.0:.4f}')}."
        )

    def figure(self):
        """Draw logits, probabilities and p - y."""
        return plots.plot_softmax(self.z, self.p, self.label)

    def alt(self):
        """Say what the picture shows, with its numbers."""
        columns = zip(self.z, self.p, self.gradient, strict=True)
        rows = [
            f"Class {k}{', the right one' if k == self.label else ''}: {_n(z)}, {probability(p)}, "
            f"{probability(rest)}."
            for k, (z, p, rest) in enumerate(columns)
        ]
        return " ".join(["Bars: the logit, the probability and p \u2212 y of each class.", *rows])


def _softmax_lab(widgets, odds):
    names = [_with_subscripts(f"z{k}") for k in range(len(odds.logits))]
    reach = float(max(10, np.ceil(np.abs(odds.logits).max())))
    limits = {"min": -reach, "max": reach, "step": 0.1}
    logits = [
        _control(widgets.BoundedFloatText, name, f"The logit of class {k}", value=odds.logits[k], **limits)
        for k, name in enumerate(names)
    ]
    sliders = [widgets.FloatSlider(value=z, readout=False, **limits) for z in odds.logits]
    for logit, slider in zip(logits, sliders, strict=True):
        slider.layout.width = "11em"
        in_tenths = (lambda typed: typed), (lambda moved: round(moved, 1))
        widgets.link((logit, "value"), (slider, "value"), in_tenths)
    label = _control(
        widgets.BoundedIntText, f"Right class (0 to {len(names) - 1})", "The class that is the label",
        min=0, max=len(names) - 1, value=odds.label,
    )  # fmt: skip
    shift = _control(
        widgets.BoundedFloatText, "Add to all logits", "The same number is added to every logit",
        min=-1e4, max=1e4, step=1.0, value=0.0,
    )  # fmt: skip
    screen = widgets.HTML()

    def draw(_=None):
        odds.logits = np.array([logit.value for logit in logits])
        odds.label, odds.shift = label.value, shift.value
        screen.value = _updated(odds, lambda: f"Loss {_n(odds.loss)}")

    for control in (*logits, label, shift):
        control.observe(draw, "value")
    draw()
    pairs = [widgets.HBox(pair) for pair in zip(logits, sliders, strict=True)]
    return _stack(widgets, [pairs, [label, shift]], screen)


# --- The learning-rate lab ------------------------------------------------------------------------


class Descent:
    """Gradient descent on a cost of two parameters: `steps` steps of `rate` from `start`.

    Change these three and call `update`: `path` (steps + 1, 2), `costs` (steps + 1,) and `verdict` follow,
    which is "converges", "will not stay", "crawls", "jumps" or "diverges".
    """

    VALUES = 41  # of each parameter, at which the surface is computed

    def __init__(self, cost, gradient, start, span):
        self.cost, self.gradient, self.span = cost, gradient, span
        self.start, self.steps = np.array(start, dtype=float), 40
        self.grid = [np.linspace(low, high, self.VALUES) for low, high in span]
        with _calm():
            self.surface = np.array([[self._cost_at((a, b)) for a in self.grid[0]] for b in self.grid[1]])
            self.rate = self._first_rate()
        self.update()

    def _cost_at(self, theta):
        return float(self.cost(np.array(theta, dtype=float)))

    def _gradient_at(self, theta):
        return np.asarray(self.gradient(np.array(theta, dtype=float)), dtype=float).reshape(2)

    def _first_rate(self):
        """One over the largest curvature found in the picture, in one digit: it should converge."""
        places = [(a, b) for a in self.grid[0][::10] for b in self.grid[1][::10]]
        curvature = max(self._curvature_at(np.array(place)) for place in places)
        return float(f"{1 / curvature:.0e}") if 0 < curvature < np.inf else 0.1

    def _curvature_at(self, place):
        """How fast the gradient changes along one of the two parameters, the larger of both."""
        steps = 1e-3 * np.diag(np.ptp(self.grid, axis=1))
        changes = [
            (self._gradient_at(place + step) - self._gradient_at(place - step)) / (2 * step.max())
            for step in steps
        ]
        return np.linalg.norm(changes, axis=1).max()

    def update(self):
        """Walk the path again."""
        path = [self.start]
        with _calm():
            for _ in range(self.steps):
                path.append(path[-1] - self.rate * self._gradient_at(path[-1]))
            self.path, self.costs = np.array(path), np.array([self._cost_at(theta) for theta in path])
            self.verdict = self._verdict()

    @property
    def share(self):
        """How much of the way down to the lowest cost that was seen, from 0 to 1."""
        return 1.0 if self._way <= 0 else max((self.costs[0] - self.costs[-1]) / self._way, 0.0)

    @property
    def _way(self):
        """How far it is down to the lowest cost that was seen."""
        seen = np.concatenate([self.surface.ravel(), self.costs])
        return self.costs[0] - seen[np.isfinite(seen)].min()

    def _verdict(self):
        costs = self.costs
        if not np.isfinite(costs).all() or costs[-1] > costs[0]:
            return "diverges"
        late = costs[len(costs) // 2 :]
        rises = np.any(np.diff(late) > 0)
        if self.share >= 0.98:
            if rises and np.ptp(late) > 0.02 * self._way:
                return "jumps"
            # Where the gradient changes by more than 2 / rate, the distance from the bottom grows.
            return "will not stay" if self.rate * self._curvature_at(self.path[-1]) > 2 else "converges"
        moves = np.diff(self.path[-3:], axis=0)
        return "jumps" if rises or moves[0] @ moves[-1] < 0 else "crawls"

    def sentence(self):
        """Say in words where the path leads."""
        c, last, end = self.costs, self.steps, self.path[-1]
        walked = f"{_count(last, 'step')} {'takes' if last == 1 else 'take'} the cost from"
        way = f"{walked} {_n(c[0])} to {_n(c[-1])}"
        if self.verdict == "diverges":
            first = 1 + int(np.flatnonzero(~(c[1:] <= c[:-1]))[0])
            return f"It diverges. {way}. Step {first} is the first that raises it: the rate is too large."
        if self.verdict == "jumps":
            return f"It jumps to and fro. {way}, but it does not settle: the rate is too large."
        if self.verdict == "will not stay":
            return (
                f"It will not stay. {way}, near the lowest in the picture. But the valley is so steep there "
                "that this rate drives the path out again, with more steps: the rate is too large."
            )
        if self.verdict == "converges":
            at = f"({_n(end[0])}, {_n(end[1])})"
            return f"It converges. {way}, near the lowest in the picture, and the path ends at {at}."
        return f"It crawls. {way}, only {self.share:.0%} of the way down: the steps are too small or too few."

    def figure(self):
        """Draw the surface with the path, and the cost after each step."""
        title = f"learning rate {self.rate:g}: {self.verdict}"
        return plots.plot_descent(self.grid, self.surface, self.path, self.costs, title)

    def alt(self):
        """Say what the picture shows, with its numbers."""
        (a, b), (c, d) = self.path[0], self.path[-1]
        (low0, high0), (low1, high1) = self.span
        return (
            f"Left: lines of equal cost, \u03b8\u2080 from {_n(low0)} to {_n(high0)} and \u03b8\u2081 from "
            f"{_n(low1)} to {_n(high1)}, with the path of gradient descent from ({_n(a)}, {_n(b)}) to "
            f"({_n(c)}, {_n(d)}), learning rate {self.rate:g}. Right: the cost after each step. "
            f"{self.sentence()}"
        )


def _learning_rate_lab(widgets, descent):
    rate = _control(
        widgets.BoundedFloatText, "Learning rate", "Type any, or use the arrows and the buttons",
        min=0.0, max=1e6, step=_tenth(descent.rate), value=descent.rate,
    )  # fmt: skip
    halve, double = (_button(widgets, name, f"{name} the learning rate") for name in ("Halve", "Double"))
    steps = _control(widgets.BoundedIntText, "Steps", "How many steps", min=1, max=500, value=descent.steps)
    starts = [
        _control(
            widgets.BoundedFloatText, _with_subscripts(f"Start \u03b8{k}"), "Where the path starts",
            min=low, max=high, step=float(f"{(high - low) / 20:.0e}"), value=min(max(at, low), high),
        )
        for k, ((low, high), at) in enumerate(zip(descent.span, descent.start, strict=True))
    ]  # fmt: skip
    screen = widgets.HTML()

    def draw(_=None):
        rate.step = _tenth(rate.value)
        descent.rate, descent.steps = rate.value, steps.value
        descent.start = np.array([start.value for start in starts])
        screen.value = _updated(descent, lambda: f"Learning rate {rate.value:g}")

    def scale(by):
        rate.value *= by

    halve.on_click(lambda _: scale(0.5))
    double.on_click(lambda _: scale(2.0))
    for control in (rate, steps, *starts):
        control.observe(draw, "value")
    draw()
    return _stack(widgets, [[rate, halve, double], [steps, *starts]], screen)


def _tenth(rate):
    """What the arrow keys add to a rate: a tenth of its power of ten."""
    return float(10.0 ** (np.floor(np.log10(rate)) - 1)) if rate > 0 else 0.001


# --- What the widgets share -----------------------------------------------------------------------

_LOOK = """<style>
.course-widget.course-widget :focus { outline: 3px solid #b34700 !important; outline-offset: 1px; }
.course-widget table { border-collapse: collapse; font-variant-numeric: tabular-nums; line-height: 1.4; }
.course-widget th, .course-widget td { padding: 1px 12px 1px 0; text-align: right; }
.course-widget th:first-child, .course-widget td:first-child { text-align: left; }
.course-widget .widget-hbox { column-gap: 12px; }
.course-widget p { line-height: 1.4; margin: 0.5em 0; max-width: 56em; min-height: 2.8em; }
.%s { display: none; }
</style>"""


def _display(still, make):
    """Display the picture `still` and the widget that `make` makes.

    The widget brings a style that hides the picture. So where no widget runs the picture is seen: on
    GitHub, on a page made of the notebook, and in a notebook that was opened again but not run.
    """
    from IPython.display import display

    text = still["text/html"] + "<p>A still picture. Run this cell to work with it.</p>"
    try:
        import ipywidgets
    except ImportError:
        display(still | {"text/html": text}, raw=True)
        return
    widget = make(ipywidgets)
    name = f"still-{widget.model_id}"
    style = ipywidgets.HTML(_LOOK % name, layout={"display": "none"})
    widget.children = [*widget.children, style]
    display(still | {"text/html": f'<div class="{name}">{text}</div>'}, raw=True)
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    display({VIEW: view, "text/plain": ""}, raw=True)


def _control(kind, label, hint, **options):
    """Make a number field with a label and a hint."""
    control = kind(description=label, style={"description_width": "initial"}, **options)
    return _hinted(control, hint, f"{0.6 * len(label) + 7:.0f}em")


def _button(widgets, text, hint):
    return _hinted(widgets.Button(description=text), hint, "8em")


def _hinted(control, hint, width):
    if control.has_trait("tooltip"):  # ipywidgets 7 has it for buttons only
        control.tooltip = hint
    control.layout.width = width
    return control


def _stack(widgets, rows, screen):
    """Put the rows of controls above the screen."""
    lines = [widgets.HBox(row, layout={"flex_flow": "row wrap"}) for row in rows]
    stack = widgets.VBox([*lines, screen])
    stack.add_class("course-widget")
    return stack


def _page(title, sentence, picture="", table=""):
    """What a screen shows: what has happened, the picture and the numbers."""
    words = f"<strong>{html.escape(title)}.</strong> {html.escape(sentence)}"
    return f'<p role="status">{words}</p>{picture}{table}'


def _updated(state, title):
    """The page of a state after its update, or what went wrong in the learner's function."""
    try:
        state.update()
    except Exception as error:
        return _page("That did not work", f"{type(error).__name__}: {error}")
    return _page(title(), state.sentence(), tag(state.figure(), state.alt()))


def _table(account):
    """The table of an account."""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in account.header)
    body = "".join(f"<tr>{''.join(map(_entry, row))}</tr>" for row in account.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _entry(entry):
    return f"<td>{html.escape(entry) if isinstance(entry, str) else number(entry, 5)}</td>"


def _abridged(rows, chosen=0, summed=None, limit=8):
    """The rows, or of many the first ones, the one `chosen` and a line for all others.

    That line has the sum of the column `summed`.
    """
    if len(rows) <= limit:
        return list(rows)
    kept = sorted({*range(limit - 2), max(chosen, limit - 2)})
    rest = [row for place, row in enumerate(rows) if place not in kept]
    line = [f"{len(rest)} more", *[""] * (len(rows[0]) - 1)]
    if summed is not None:
        line[summed] = sum(row[summed] for row in rest)
    return [*(rows[place] for place in kept), tuple(line)]


def _name(step):
    """A step as people write it: the gradient of a layer's weights comes with that of its biases."""
    return _with_subscripts(f"{step} and db{step[2:]}" if step.startswith("dW") else step)


def _with_subscripts(text):
    """Write the numbers of names such as dZ2 small and low."""
    low = str.maketrans("0123456789", "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089")
    return re.sub(r"\b(d?[ZAWbz\u03b8])(\d+)", lambda found: found[0].translate(low), text)


def _shape(array):
    return str(array.shape)


def _count(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _n(value):
    return number(value, 4)


@contextmanager
def _calm():
    """Let a learner's function overflow without a warning: the picture shows it."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
