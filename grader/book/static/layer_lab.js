// The layer lab: what the units of a layer make of one example, for weights that change.
"use strict";

const ACTIVATIONS = {
  sigmoid: z => 1 / (1 + Math.exp(-z)), tanh: Math.tanh, ReLU: z => Math.max(z, 0), identity: z => z,
};

makeWidgets("layer-lab", model => {
  const {x, W, b, words} = model, limits = {min: -model.limit, max: model.limit, step: 0.1};
  const unit = newNumberField(words.unit, {min: 1, max: b.length, step: 1, value: 1});
  const activation = newChoice(words.activation, model.activations, 0);
  const pairs = [...words.weights, words.bias].map((label, row) =>
    newLinkedSlider(label, {...limits, value: row < x.length ? W[row][0] : b[0]}, value => {
      if (row < x.length) W[row][chosen] = value; else b[chosen] = value;
      draw();
    }));
  const status = newStatus(), head = newElement("tr"), rows = newElement("tbody");
  let chosen = 0;

  function draw() {
    const name = model.activations[activation.input.value];
    const z = b.map((bias, k) => x.reduce((sum, value, j) => sum + value * W[j][k], 0) + bias);
    const a = z.map(ACTIVATIONS[name]), four = value => formatNumber(value, 4);
    const signed = value => value < 0 ? `(${four(value)})` : four(value);
    say(status, fillIn(words.title, {a: four(a[chosen])}), fillIn(words.sentence, {
      unit: chosen + 1, activation: name, bias: signed(b[chosen]), z: four(z[chosen]), a: four(a[chosen]),
      terms: x.map((value, j) => fillIn(words.term, {x: four(value), w: signed(W[j][chosen])})).join(" + "),
    }));
    const className = k => k === chosen ? "chosen" : "";
    head.replaceChildren(newElement("td"), ...words.columns.map((textContent, k) =>
      newElement("th", {scope: "col", textContent, className: className(k)})));
    const named = [...words.inputs.map((text, j) => [text, W[j]]), [words.bias[0], b], ["z", z], ["a", a]];
    rows.replaceChildren(...named.map(([text, numbers]) => newElement("tr", {},
      newElement("th", {scope: "row", textContent: text}),
      ...numbers.map((value, k) => newElement("td", {textContent: four(value), className: className(k)})))));
  }

  unit.input.onchange = () => {
    unit.input.value = Math.round(valueOf(unit.input) ?? chosen + 1);
    chosen = Number(unit.input.value) - 1;
    pairs.forEach((pair, row) => pair.show(row < x.length ? W[row][chosen] : b[chosen]));
    draw();
  };
  activation.input.onchange = draw;
  draw();
  return [
    newElement("div", {className: "controls"}, unit.label, activation.label),
    newElement("div", {className: "controls"}, ...pairs.map(pair => pair.element)),
    status,
    newElement("table", {}, newElement("thead", {}, head), rows),
  ];
});
