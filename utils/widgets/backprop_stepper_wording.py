"""What the backprop stepper says: each step in a sentence and a table, and the picture as a text."""

from dataclasses import dataclass

from utils.plots.widgets import drawn_units, number
from utils.widgets.wording import counted, four_digits, with_subscripts

BACK, FORWARD = ("\u25c0 Back", "One step back"), ("Forward \u25b6", "One step forward")
"""The text of each button, and its hint."""
EXAMPLE_HINT, UNIT_HINT, STEP_HINT = (
    "The row that is shown",
    "The unit whose numbers are explained",
    "Go to this step",
)


@dataclass(frozen=True)
class Explanation:
    """What a step has computed: a sentence, and a table of the numbers that it combines."""

    sentence: str
    header: tuple
    rows: list


def explain_step(passes):
    """Return the `Explanation` of the present step of `passes`, a `NetworkPasses`."""
    kind = "dZ_output" if passes.step == f"dZ{passes.depth}" else passes.kind
    sentence, header, rows = _EXPLAIN[kind](passes, passes.layer, passes.unit)
    return Explanation(with_subscripts(sentence), header, rows)


def _explain_A(passes, layer, unit):
    a, shape = passes.row(f"A{layer}"), _shape(passes, f"A{layer}")
    if layer == 0:
        rows = shortened([(f"unit {j}", value) for j, value in enumerate(a)], unit)
        sentence = f"A0 = X, the data, has shape {shape}, a row an example. Row {passes.example} goes in."
        return sentence, ("input", "x"), rows
    z = passes.row(f"Z{layer}")
    sentence = (
        f"A{layer} = \u03c3(Z{layer}) has just been computed, shape {shape}: the sigmoid of each entry "
        f"by itself. Unit {unit} of layer {layer} gives {four_digits(a[unit])}."
    )
    rows = shortened([(f"unit {j}", z[j], a[j]) for j in range(len(a))], unit)
    return sentence, (f"layer {layer}", "z", "a = \u03c3(z)"), rows


def _explain_Z(passes, layer, unit):
    a, W = passes.row(f"A{layer - 1}"), passes.params[f"W{layer}"]
    z, bias = passes.row(f"Z{layer}")[unit], passes.params[f"b{layer}"][unit]
    sentence = (
        f"Z{layer} = A{layer - 1} W{layer} + b{layer} has just been computed, shape "
        f"{_shape(passes, f'Z{layer}')} from {_shape(passes, f'A{layer - 1}')} and {W.shape}. Unit {unit} "
        f"of layer {layer} adds up its inputs, each times its weight, and its bias: {four_digits(z)}."
    )
    w = W[:, unit]
    rows = shortened([(f"unit {j}", a[j], w[j], a[j] * w[j]) for j in range(len(a))], summed=3)
    rows += [("bias", "", "", bias), ("sum: z", "", "", z)]
    return sentence, (f"from layer {layer - 1}", "a", "weight", "a \u00b7 weight"), rows


def _explain_J(passes, layer, _):
    a, y, loss = passes.arrays[f"A{layer}"][:, 0], passes.Y[:, 0], passes.losses[:, 0]
    J, i = passes.arrays["J"], passes.example
    sentence = (
        f"The cost J has just been computed, a single number: {four_digits(J)}, the mean of the losses of "
        f"{counted(len(y), 'example')}. Example {i} has the label {y[i]:g}, the "
        f"prediction {four_digits(a[i])} and the loss {four_digits(loss[i])}."
    )
    rows = shortened([(f"example {k}", y[k], a[k], loss[k]) for k in range(len(y))], i)
    return sentence, ("example", "label y", "prediction a", "loss"), [*rows, ("mean: J", "", "", J)]


def _explain_dZ_output(passes, layer, _):
    a, y, dz = passes.arrays[f"A{layer}"][:, 0], passes.Y[:, 0], passes.arrays[f"dZ{layer}"][:, 0]
    sentence = (
        f"dZ{layer} = (A{layer} \u2212 Y) / m has just been computed, shape {_shape(passes, f'dZ{layer}')}: "
        f"prediction minus label, divided by m = {len(y)}. The error signal of example {passes.example} "
        f"is {four_digits(dz[passes.example])}."
    )
    rows = [(f"example {i}", a[i], y[i], a[i] - y[i], dz[i]) for i in range(len(y))]
    header = ("example", "prediction a", "label y", "a \u2212 y", "dz = (a \u2212 y) / m")
    return sentence, header, shortened(rows, passes.example)


def _explain_dW(passes, layer, unit):
    a, dz = passes.row(f"A{layer - 1}"), passes.row(f"dZ{layer}")[unit]
    dw, db = passes.arrays[f"dW{layer}"][:, unit], passes.arrays[f"db{layer}"][unit]
    sentence = (
        f"dW{layer} = A{layer - 1}\u1d40 dZ{layer}, shape {_shape(passes, f'dW{layer}')}, and "
        f"db{layer}, shape {_shape(passes, f'db{layer}')}, have just been computed. For each weight into "
        f"unit {unit} of layer {layer}: its input times the unit's error signal, added over "
        f"{counted(len(passes.Y), 'example')}."
    )
    rows = shortened([(f"from unit {j}", a[j], dz, a[j] * dz, dw[j]) for j in range(len(a))])
    rows.append(("bias", 1.0, dz, dz, db))
    product = f"a \u00b7 dz of example {passes.example}"
    return sentence, ("weight", "input a", "dz", product, "sum over examples"), rows


def _explain_dA(passes, layer, unit):
    dz, W = passes.row(f"dZ{layer + 1}"), passes.params[f"W{layer + 1}"]
    da, w = passes.row(f"dA{layer}")[unit], W[unit]
    sends = (
        "which sends its error signal back, times the weight between them:"
        if len(dz) == 1
        else "each of which sends its error signal back, times the weight between them. These add up to"
    )
    sentence = (
        f"dA{layer} = dZ{layer + 1} W{layer + 1}\u1d40 has just been computed, shape "
        f"{_shape(passes, f'dA{layer}')}. Unit {unit} of layer {layer} feeds "
        f"{counted(len(dz), 'unit')} of layer {layer + 1}, {sends} {four_digits(da)}."
    )
    rows = shortened([(f"unit {k}", dz[k], w[k], dz[k] * w[k]) for k in range(len(dz))], summed=3)
    rows.append(("sum: da", "", "", da))
    return sentence, (f"from layer {layer + 1}", "dz", "weight", "dz \u00b7 weight"), rows


def _explain_dZ(passes, layer, unit):
    da, a, dz = (passes.row(f"{kind}{layer}") for kind in ("dA", "A", "dZ"))
    sentence = (
        f"dZ{layer} = dA{layer} \u2299 A{layer} \u2299 (1 \u2212 A{layer}) has just been computed, shape "
        f"{_shape(passes, f'dZ{layer}')}: what came back to a unit, times the slope of its own sigmoid. "
        f"The error signal of unit {unit} of layer {layer} is {four_digits(dz[unit])}."
    )
    rows = [(f"unit {j}", da[j], a[j], a[j] * (1 - a[j]), dz[j]) for j in range(len(a))]
    return sentence, (f"layer {layer}", "da", "a", "slope a (1 \u2212 a)", "dz"), shortened(rows, unit)


def label_of_step(passes):
    """Return the label of the field with the number of the step."""
    return f"Step (0 to {len(passes.steps) - 1})"


def label_of_example(passes):
    """Return the label of the field with the number of the example."""
    return f"Example (0 to {len(passes.Y) - 1})"


def label_of_unit(passes):
    """Return the label of the field with the unit of the present step's layer."""
    layer = f"layer {passes.layer}" if passes.layer else "the input"
    return f"Unit of {layer} (0 to {passes.layer_sizes[passes.layer] - 1})"


def title(passes):
    """Return which step this is."""
    return f"Step {passes.position} of {len(passes.steps) - 1}: {step_name(passes.step)}"


_EXPLAIN = {
    "A": _explain_A,
    "Z": _explain_Z,
    "J": _explain_J,
    "dZ_output": _explain_dZ_output,
    "dW": _explain_dW,
    "dA": _explain_dA,
    "dZ": _explain_dZ,
}


def _shape(passes, name):
    return passes.arrays[name].shape


def shortened(rows, selected=0, summed=None, limit=8):
    """Return rows of a table, at most `limit`: the first ones, the row `selected` and a line for the rest.

    That line has the sum of the rest in the column `summed`.
    """
    if len(rows) <= limit:
        return list(rows)
    kept = sorted({*range(limit - 2), max(selected, limit - 2)})
    rest = [row for index, row in enumerate(rows) if index not in kept]
    line = [f"{len(rest)} more", *[""] * (len(rows[0]) - 1)]
    if summed is not None:
        line[summed] = sum(row[summed] for row in rest)
    return [*(rows[index] for index in kept), tuple(line)]


def step_name(step):
    """Return a step's name as text: the gradient of a layer's weights comes with that of its biases."""
    return with_subscripts(f"{step} and db{step[2:]}" if step.startswith("dW") else step)


def alt_text(passes):
    """Return the alternative text of the picture, with its numbers."""
    sentences = [
        f"A network with layers of {', '.join(map(str, passes.layer_sizes))} units and the cost behind them, "
        f"with the numbers of example {passes.example}, label {passes.Y[passes.example, 0]:g}, "
        f"after step {passes.position}, {step_name(passes.step)}.",
        *_unit_sentences(passes),
    ]
    if cost := passes.known_cost():
        sentences.append(f"Cost {cost}.")
    if connections := passes.connections():
        sentences.append(_connection_sentence(passes, *connections))
    return " ".join(sentences)


def _unit_sentences(passes):
    """Yield a sentence for each drawn unit that has numbers."""
    rows = passes.known_rows()
    for layer, units in enumerate(passes.layer_sizes):
        names = [name for name in rows if name.lstrip("dZA") == str(layer)]
        for unit in drawn_units(units, passes.selected_units[layer]) if names else ():
            numbers = [
                f"{name.rstrip('0123456789').lower() if layer else 'x'} {number(rows[name][unit])}"
                for name in names
            ]
            place = f"Layer {layer}" if layer else "Input"
            yield f"{place}, unit {unit}: {', '.join(numbers)}."


def _connection_sentence(passes, layer, unit, other, numbers, style):
    ends = drawn_units(passes.layer_sizes[other], passes.selected_units[other])
    values = ", ".join(f"{number(numbers[end])} with unit {end}" for end in ends)
    line = "solid" if style == "-" else "dashed"
    return f"On {line} arrows from layer {other} to unit {unit} of layer {layer}: {values}."
