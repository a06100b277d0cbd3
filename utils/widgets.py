"""Widgets to play with: a backprop stepper, a softmax lab and a learning-rate lab.

Each is one call at the end of a cell. Where widgets run (JupyterLab, Notebook, VS Code, Colab) it shows
controls, and everything can be done with the keyboard. Anywhere else (GitHub, a printed page, no
ipywidgets) the same call shows a picture. The numbers live in three small classes that know nothing of
either: `Walk`, `Odds` and `Descent`.
"""

import html
import warnings
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from utils.network import binary_cross_entropy, forward
from utils.plots import widgets as plots
from utils.plots.style import bundle, minus, tag

VIEW = "application/vnd.jupyter.widget-view+json"
RATES = [float(f"{digit}e{power}") for power in range(-4, 3) for digit in (1, 2, 5)]
SUBSCRIPTS = str.maketrans("0123456789", "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089")


def backprop_stepper(params, X, Y):
    """Step through one forward and one backward pass of the sigmoid network, number by number.

    `params` {"W1", "b1", ...}, `X` (m, n) and `Y` (m, 1), as in lesson 3; the last layer has one unit.
    """
    walk = Walk(params, X, Y)
    walk.position = len(walk.steps) - 1  # where no widget runs, everything is seen at once
    still = bundle(walk.figure(), walk.alt())
    walk.position = 0
    _display(still, lambda widgets: _stepper(widgets, walk))


def softmax_lab(softmax, logits, label):
    """Move `logits` (N,) and see the probabilities, the loss and p - y for the right class `label`.

    `softmax` is called with logits of shape (1, N).
    """
    odds = Odds(softmax, logits, label)
    odds.update()
    _display(bundle(odds.figure(), odds.alt()), lambda widgets: _softmax_lab(widgets, odds))


def learning_rate_lab(cost, gradient, start, span):
    """Choose a learning rate and see where gradient descent goes on the surface of `cost`.

    `cost(theta)` is a float and `gradient(theta)` has shape (2,) for `theta` (2,); `start` (2,) is where
    the path begins; `span` ((low, high), (low, high)) is what the picture shows of the two parameters.
    """
    descent = Descent(cost, gradient, start, span)
    descent.update()
    _display(bundle(descent.figure(), descent.alt()), lambda widgets: _learning_rate_lab(widgets, descent))


# --- The backprop stepper -------------------------------------------------------------------------


@dataclass(frozen=True)
class Account:
    """What one step of a walk has computed: a sentence, and a table of the numbers it was made of."""

    sentence: str
    header: tuple = ()
    rows: tuple = ()


class Walk:
    """One forward and one backward pass, step by step.

    `steps` names them: "A0", "Z1", "A1", ..., "J", "dZ2", "dW2" (with db2), "dA1", "dZ1", "dW1".
    `position` is the step reached, `example` the row that is looked at, and `units` one unit a layer.
    """

    def __init__(self, params, X, Y):
        self.params = params
        self.Y = np.asarray(Y, dtype=float).reshape(len(X), 1)
        self.depth = len(params) // 2
        A, self.arrays = forward(X, params)
        self.arrays["J"] = binary_cross_entropy(self.Y, A)
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

    @property
    def step(self):
        """The name of the step reached, such as "dZ1"."""
        return self.steps[self.position]

    @property
    def layer(self):
        """The layer of the step reached; the cost counts as the last one."""
        return self.depth if self.step == "J" else int(self.step.lstrip("ZAdW"))

    @property
    def unit(self):
        """The unit of the present layer that is looked at."""
        return self.units[self.layer]

    @unit.setter
    def unit(self, value):
        self.units[self.layer] = value

    def move(self, by):
        """Go `by` steps forward, or backward if negative, not beyond the ends."""
        self.position = min(max(self.position + by, 0), len(self.steps) - 1)

    def known(self):
        """The names of everything that has been computed up to the present step."""
        return self.steps[: self.position + 1]

    def name(self, step):
        """A step as people write it, such as "dW\u2082 and db\u2082"."""
        both = f"{step} and db{step[2:]}" if step.startswith("dW") else step
        return both.translate(SUBSCRIPTS)

    def account(self):
        """Say what the present step has computed, and from which numbers at the chosen unit."""
        kind = self.step.rstrip("0123456789")
        if kind == "dZ" and self.layer == self.depth:
            return self._output_signal()
        return getattr(self, f"_account_{kind}")()

    def _row(self, name):
        return self.arrays[name][self.example]

    def _shape(self, name):
        return str(self.arrays[name].shape)

    def _account_A(self):
        layer, unit = self.layer, self.unit
        if layer == 0:
            values = self._row("A0")
            rows = _abridged([(f"unit {j}", value) for j, value in enumerate(values)], unit)
            text = (
                f"A0 is the data X, of shape {self._shape('A0')}: a row an example. "
                f"Example {self.example} is row {self.example}, and its numbers go into the network."
            )
            return self._told(text, ("unit of the input", "x"), rows)
        z, a = self._row(f"Z{layer}")[unit], self._row(f"A{layer}")[unit]
        text = (
            f"A{layer} = \u03c3(Z{layer}) has just been computed, of shape {self._shape(f'A{layer}')}: "
            f"every entry goes through the sigmoid by itself. "
            f"Unit {unit} of layer {layer} puts out {_n(a)} for example {self.example}."
        )
        return self._told(text, (f"unit {unit}", "z", "a = \u03c3(z)"), [("", z, a)])

    def _account_Z(self):
        layer, unit = self.layer, self.unit
        a, w = self._row(f"A{layer - 1}"), self.params[f"W{layer}"][:, unit]
        bias, z = self.params[f"b{layer}"][unit], self._row(f"Z{layer}")[unit]
        rows = _abridged([(f"unit {j}", a[j], w[j], a[j] * w[j]) for j in range(len(a))], None, sums=3)
        rows += [("bias", "", "", bias), ("sum, z", "", "", z)]
        text = (
            f"Z{layer} = A{layer - 1} W{layer} + b{layer} has just been computed, of shape "
            f"{self._shape(f'Z{layer}')}, from {self._shape(f'A{layer - 1}')} times "
            f"{self.params[f'W{layer}'].shape}: unit {unit} of layer {layer} adds up its {len(a)} "
            f"inputs, each times its weight, and its bias. For example {self.example}, z is {_n(z)}."
        )
        return self._told(text, (f"from layer {layer - 1}", "its output", "weight", "product"), rows)

    def _account_J(self):
        A, Y = self._output()[:, 0], self.Y[:, 0]
        losses = [binary_cross_entropy(y, a) for y, a in zip(Y, A, strict=True)]
        entries = [(f"example {i}", Y[i], A[i], losses[i]) for i in range(len(A))]
        rows = [*_abridged(entries, self.example), ("mean, J", "", "", self.arrays["J"])]
        text = (
            f"The cost J has just been computed. It is a single number, {_n(self.arrays['J'])}: the mean of "
            f"the losses of all {len(A)} examples. Example {self.example} has the label "
            f"{Y[self.example]:g}, the prediction {_n(A[self.example])} and the loss "
            f"{_n(losses[self.example])}. The labels come in here and nowhere else."
        )
        return self._told(text, ("", "label y", "prediction a", "loss"), rows)

    def _output_signal(self):
        layer, m = self.depth, len(self.Y)
        a, y, dz = self._output()[self.example, 0], self.Y[self.example, 0], self._row(f"dZ{layer}")[0]
        text = (
            f"dZ{layer} = (A{layer} \u2212 Y) / m has just been computed, of shape "
            f"{self._shape(f'dZ{layer}')}: prediction minus label, divided by the number of examples, {m}. "
            f"The error signal of example {self.example} is {_n(dz)}."
        )
        header = ("output unit", "a", "label y", "a \u2212 y", "dz = (a \u2212 y) / m")
        return self._told(text, header, [("", a, y, a - y, dz)])

    def _account_dW(self):
        layer, unit = self.layer, self.unit
        a, dz = self._row(f"A{layer - 1}"), self._row(f"dZ{layer}")[unit]
        dw, db = self.arrays[f"dW{layer}"][:, unit], self.arrays[f"db{layer}"][unit]
        rows = _abridged([(f"from unit {j}", a[j], dz, a[j] * dz, dw[j]) for j in range(len(a))], None)
        rows.append(("bias", 1.0, dz, dz, db))
        text = (
            f"dW{layer} = A{layer - 1}\u1d40 dZ{layer}, of shape {self._shape(f'dW{layer}')}, and "
            f"db{layer}, of shape {self._shape(f'db{layer}')}, have just been computed: input of the weight "
            f"times error signal of unit {unit}, added over all {len(self.Y)} examples. "
            f"Example {self.example} gives its part."
        )
        header = (f"weight into unit {unit}", "input a", "dz", "part of the example", "sum over examples")
        return self._told(text, header, rows)

    def _account_dA(self):
        layer, unit = self.layer, self.unit
        dz, w = self._row(f"dZ{layer + 1}"), self.params[f"W{layer + 1}"][unit]
        da = self._row(f"dA{layer}")[unit]
        rows = _abridged([(f"unit {k}", dz[k], w[k], dz[k] * w[k]) for k in range(len(dz))], None, sums=3)
        rows.append(("sum, da", "", "", da))
        text = (
            f"dA{layer} = dZ{layer + 1} W{layer + 1}\u1d40 has just been computed, of shape "
            f"{self._shape(f'dA{layer}')}: unit {unit} of layer {layer} feeds {_count(len(dz), 'unit')} of "
            f"layer {layer + 1}, and their error signals come back, each times the weight on its way, "
            f"and add up. For example {self.example}, da is {_n(da)}."
        )
        return self._told(text, (f"from layer {layer + 1}", "its dz", "weight", "product"), rows)

    def _account_dZ(self):
        layer, unit = self.layer, self.unit
        da, a, dz = (self._row(f"{kind}{layer}")[unit] for kind in ("dA", "A", "dZ"))
        text = (
            f"dZ{layer} = dA{layer} \u2299 A{layer} \u2299 (1 \u2212 A{layer}) has just been computed, of "
            f"shape {self._shape(f'dZ{layer}')}: what came back, times the slope of the unit's own sigmoid. "
            f"The error signal of unit {unit} for example {self.example} is {_n(dz)}."
        )
        header = (f"unit {unit}", "da", "a", "slope a (1 \u2212 a)", "dz")
        return self._told(text, header, [("", da, a, a * (1 - a), dz)])

    def _output(self):
        return self.arrays[f"A{self.depth}"]

    def _told(self, text, header, rows):
        return Account(_subscripted(text), header, tuple(rows))

    def figure(self):
        """Draw the network with everything that is known so far."""
        known = self.known()
        values = {name: self._row(name) for name in known if name[:2] != "dW" and name != "J"}
        return plots.plot_backprop(
            self.sizes, values, {self.step}, self.units,
            minus(f"{self.arrays['J']:.4g}") if "J" in known else "",
            self.Y[self.example, 0], self._links(),
        )  # fmt: skip

    def _links(self):
        kind, layer, unit = self.step.rstrip("0123456789"), self.layer, self.unit
        if kind == "Z":
            return layer, unit, False, self.params[f"W{layer}"][:, unit], False
        if kind == "dW":
            return layer, unit, False, self.arrays[f"dW{layer}"][:, unit], True
        if kind == "dA":
            return layer, unit, True, self.params[f"W{layer + 1}"][unit], True
        return None

    def alt(self):
        """Say in words what the picture shows."""
        sizes = ", ".join(map(str, self.sizes))
        known = ", ".join(self.name(step) for step in self.known())
        return (
            f"The network, layers of {sizes} units from left to right and the cost behind them, with the "
            f"numbers of example {self.example}, label {self.Y[self.example, 0]:g}. Known so far: {known}. "
            + self.account().sentence
        )


def _stepper(widgets, walk):
    """The stepper's controls and screen."""
    steps = [(f"{number}. {walk.name(step)}", number) for number, step in enumerate(walk.steps)]
    step = widgets.Dropdown(description="Step", options=steps, value=walk.position)
    back = widgets.Button(description="\u25c0 Back", tooltip="One step back")
    on = widgets.Button(description="Forward \u25b6", tooltip="One step forward")
    example = widgets.BoundedIntText(description="Example", min=0, max=len(walk.Y) - 1, value=walk.example)
    unit = widgets.BoundedIntText(description="Unit", min=0, max=walk.sizes[0] - 1, value=walk.unit)
    screen = widgets.HTML()

    def redraw(_=None):
        account = walk.account()
        screen.value = _page(account.sentence, walk.figure(), walk.alt(), _table(account))

    def go(_):
        walk.position = step.value
        wanted = walk.unit
        unit.max = walk.sizes[walk.layer] - 1
        unit.value = walk.unit = wanted
        redraw()

    def choose(_):
        if (walk.example, walk.unit) != (example.value, unit.value):
            walk.example, walk.unit = example.value, unit.value
            redraw()

    def press(by):
        walk.move(by)
        step.value = walk.position

    step.observe(go, "value")
    example.observe(choose, "value")
    unit.observe(choose, "value")
    back.on_click(lambda _: press(-1))
    on.on_click(lambda _: press(+1))
    redraw()
    return _stack(widgets, [[back, on, step], [example, unit]], screen)


# --- The softmax lab ------------------------------------------------------------------------------


class Odds:
    """Logits, the probabilities that `softmax` makes of them, the loss and p - y.

    Change `logits`, `shift` (added to all of them) and `label`, then call `update`.
    """

    def __init__(self, softmax, logits, label):
        self.softmax = softmax
        self.logits = np.array(logits, dtype=float).reshape(-1)
        self.label = int(label)
        self.shift = 0.0
        self.p = np.full(len(self.logits), np.nan)

    @property
    def shifted(self):
        """The logits that softmax gets."""
        return self.logits + self.shift

    def update(self):
        """Ask softmax for the probabilities of the present logits."""
        with _calm():
            answer = np.asarray(self.softmax(self.shifted[np.newaxis]), dtype=float)
        wanted = (1, len(self.logits))
        if answer.shape != wanted:
            raise ValueError(f"softmax gave an array of shape {answer.shape}, not {wanted}.")
        self.p = answer[0]

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
        """Say what is to be seen."""
        if not np.isfinite(self.p).all():
            return "Not all probabilities are finite numbers: this softmax overflows for these logits."
        best = int(self.p.argmax())
        return (
            f"The right class {self.label} has the probability {self.p[self.label]:.4f}, so the loss is "
            f"{_n(self.loss, 4)}. The most probable class is {best}, with {self.p[best]:.4f}. "
            f"p \u2212 y is {minus(f'{self.gradient[self.label]:.4f}')} at the right class and adds up to "
            f"{minus(f'{self.gradient.sum():.4f}')}."
        )

    def figure(self):
        """Draw logits, probabilities and p - y."""
        return plots.plot_softmax(self.shifted, self.p, self.label)

    def alt(self):
        """Say in words what the picture shows."""
        each = "; ".join(
            f"class {k}: {_n(z, 4)}, {p:.4f}, {minus(f'{g:+.4f}')}"
            for k, (z, p, g) in enumerate(zip(self.shifted, self.p, self.gradient, strict=True))
        )
        return f"Bars of the logit, the probability and p \u2212 y of each class. {each}. {self.sentence()}"


def _softmax_lab(widgets, odds):
    """The controls and the screen of the softmax lab."""
    reach = float(max(10, np.ceil(np.abs(odds.logits).max())))
    names = [f"z{k}".translate(SUBSCRIPTS) for k in range(len(odds.logits))]
    sliders = [
        widgets.FloatSlider(description=name, value=z, min=-reach, max=reach, step=0.1, readout_format=".1f")
        for name, z in zip(names, odds.logits, strict=True)
    ]
    classes = [(f"class {k}", k) for k in range(len(odds.logits))]
    label = widgets.Dropdown(description="Right class", options=classes, value=odds.label)
    shift = widgets.BoundedFloatText(description="Add to all z", value=0.0, min=-1e4, max=1e4, step=1.0)
    screen = widgets.HTML()

    def redraw(_=None):
        odds.logits = np.array([slider.value for slider in sliders])
        odds.label, odds.shift = label.value, shift.value
        try:
            odds.update()
        except Exception as error:
            screen.value = _complaint("softmax", error)
        else:
            screen.value = _page(odds.sentence(), odds.figure(), odds.alt())

    for control in (*sliders, label, shift):
        control.observe(redraw, "value")
    redraw()
    rows = [sliders[first : first + 3] for first in range(0, len(sliders), 3)]
    return _stack(widgets, [*rows, [label, shift]], screen)


# --- The learning-rate lab ------------------------------------------------------------------------


class Descent:
    """Gradient descent of a cost of two parameters, from `start`, with `rate`, for `steps` steps.

    Change these three, then call `update`; `path` (steps + 1, 2), `costs` (steps + 1,) and `verdict`
    ("converges", "crawls", "jumps", "diverges") follow.
    """

    FINE = 41  # values of each parameter at which the surface is computed

    def __init__(self, cost, gradient, start, span):
        self.cost, self.gradient, self.span = cost, gradient, span
        self.start = np.array(start, dtype=float)
        self.steps = 30
        self.grid = tuple(np.linspace(low, high, self.FINE) for low, high in span)
        with _calm():
            self.surface = np.array(
                [[float(cost(np.array([a, b]))) for a in self.grid[0]] for b in self.grid[1]]
            )
            self.rate = self._first_rate()

    def _first_rate(self):
        """One of the rates, near 1 over the curvature at the start."""
        step = 1e-4 * np.ptp(self.span[0])
        rows = [
            (self._slope(self.start + step * e) - self._slope(self.start - step * e)) / (2 * step)
            for e in np.eye(2)
        ]
        curvature = float(np.abs(rows).sum(axis=1).max())
        if not (np.isfinite(curvature) and curvature > 0):
            return 0.1
        return min(RATES, key=lambda rate: abs(np.log(rate * curvature)))

    def _slope(self, theta):
        return np.asarray(self.gradient(np.array(theta)), dtype=float).reshape(2)

    def update(self):
        """Walk the path again."""
        path, slopes = [self.start], []
        with _calm():
            for _ in range(self.steps):
                slopes.append(self._slope(path[-1]))
                path.append(path[-1] - self.rate * slopes[-1])
            slopes.append(self._slope(path[-1]))
            self.path = np.array(path)
            self.costs = np.array([float(self.cost(theta.copy())) for theta in path])
            self.slopes = np.linalg.norm(slopes, axis=1)
        self.verdict = self._verdict()

    def _verdict(self):
        costs, slopes = self.costs, self.slopes
        if not (np.isfinite(costs).all() and np.isfinite(self.path).all()) or costs[-1] > costs[0]:
            return "diverges"
        if slopes[-1] <= 0.01 * slopes[0]:
            return "converges"
        late = costs[len(costs) // 2 :]
        return "jumps" if np.any(np.diff(late) > 0) else "crawls"

    def sentence(self):
        """Say in words where the path leads."""
        walked = f"Learning rate {self.rate:g}, {_count(self.steps, 'step')}: "
        fall = f"from {_n(self.costs[0], 4)} to {_n(self.costs[-1], 4)}"
        if self.verdict == "diverges":
            rises = np.flatnonzero(~(self.costs[1:] <= self.costs[:-1]))
            return (
                f"{walked}it diverges. The rate is too large: the cost goes {fall}, and the first step that "
                f"makes it larger is step {rises[0] + 1}."
            )
        left = f"the gradient is {self.slopes[-1] / max(self.slopes[0], 1e-300):.1%} of the first one"
        if self.verdict == "converges":
            return f"{walked}it converges. The cost falls {fall}, and {left}."
        if self.verdict == "jumps":
            return (
                f"{walked}it jumps to and fro. The rate is rather too large: the cost goes {fall}, but "
                f"steps that raise it come again and again."
            )
        return f"{walked}it crawls. The cost falls {fall}, every step lower, but {left}: it has far to go."

    def figure(self):
        """Draw the surface with the path, and the cost after each step."""
        title = f"learning rate {self.rate:g}: {self.verdict}"
        return plots.plot_descent(self.grid, self.surface, self.path, self.costs, title)

    def alt(self):
        """Say in words what the picture shows."""
        (a, b), (c, d) = self.path[0], self.path[-1]
        return (
            f"Lines of equal cost of two parameters with the path of gradient descent, and the cost after "
            f"each step. The path goes from ({_n(a)}, {_n(b)}) to ({_n(c)}, {_n(d)}). {self.sentence()}"
        )


def _learning_rate_lab(widgets, descent):
    """The controls and the screen of the learning-rate lab."""
    rates = [(f"{rate:g}", rate) for rate in RATES]
    rate = widgets.Dropdown(description="Learning rate", options=rates, value=descent.rate)
    steps = widgets.BoundedIntText(description="Steps", min=1, max=500, value=descent.steps)
    starts = [
        widgets.BoundedFloatText(
            description=f"Start \u03b8{k}".translate(SUBSCRIPTS), min=low, max=high,
            step=(high - low) / 20, value=min(max(at, low), high),
        )
        for k, ((low, high), at) in enumerate(zip(descent.span, descent.start, strict=True))
    ]  # fmt: skip
    screen = widgets.HTML()

    def redraw(_=None):
        descent.rate, descent.steps = rate.value, steps.value
        descent.start = np.array([start.value for start in starts])
        try:
            descent.update()
        except Exception as error:
            screen.value = _complaint("cost or gradient", error)
        else:
            screen.value = _page(descent.sentence(), descent.figure(), descent.alt())

    for control in (rate, steps, *starts):
        control.observe(redraw, "value")
    redraw()
    return _stack(widgets, [[rate, steps], starts], screen)


# --- What they share ------------------------------------------------------------------------------


def _display(still, make):
    """Display the widget that `make` makes; `still` is what a page without live widgets shows of it."""
    from IPython.display import display

    try:
        import ipywidgets
    except ImportError:
        display(still, raw=True)
    else:
        view = {"version_major": 2, "version_minor": 0, "model_id": make(ipywidgets).model_id}
        display({VIEW: view, **still}, raw=True)


def _stack(widgets, rows, screen):
    """The rows of controls above the screen."""
    wrap = {"flex_flow": "row wrap"}
    return widgets.VBox([*(widgets.HBox(row, layout=wrap) for row in rows), screen])


def _page(sentence, figure, alt, table=""):
    """What a screen shows: what has happened, the picture, and the numbers."""
    return f'<p role="status">{html.escape(sentence)}</p>{tag(figure, alt)}{table}'


def _complaint(what, error):
    text = f"{what} raised {type(error).__name__}: {error}"
    return f'<p role="status">{html.escape(text)}</p>'


def _table(account):
    """The table of an account as HTML."""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in account.header)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(_cell(entry))}</td>" for entry in row) + "</tr>"
        for row in account.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(entry):
    return entry if isinstance(entry, str) else _n(entry, 6)


def _abridged(rows, chosen, sums=None, limit=6):
    """The first rows, the row `chosen` and a line for the others, with the sum of the column `sums`."""
    if len(rows) <= limit:
        return rows
    kept = list(range(limit - 1))
    if chosen is not None and chosen not in kept:
        kept[-1] = chosen
    others = [row for number, row in enumerate(rows) if number not in kept]
    line = [""] * len(rows[0])
    line[0] = f"{len(others)} more"
    if sums is not None:
        line[sums] = sum(row[sums] for row in others)
    return [*(rows[number] for number in kept), tuple(line)]


def _subscripted(text):
    """Turn names such as dZ2 in a text into dZ\u2082."""
    import re

    return re.sub(r"\b(d?[ZAWb])(\d+)", lambda found: found[1] + found[2].translate(SUBSCRIPTS), text)


def _n(value, digits=4):
    return plots.number(value, digits)


def _count(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@contextmanager
def _calm():
    """Let a learner's function warn of nothing: what overflows shows in the picture."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
