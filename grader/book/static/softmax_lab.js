// The softmax lab: probabilities, loss and gradient for logits that change.
"use strict";

function softmax(z) {
  const largest = Math.max(...z), powers = z.map(value => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map(power => power / sum);
}

makeWidgets("softmax-lab", model => {
  const {words} = model, limits = {min: -model.limit, max: model.limit, step: 0.1};
  const label = newNumberField(words.label, {min: 0, max: model.logits.length - 1, step: 1, value: model.label});
  const shift = newNumberField(words.shift, {min: -1e4, max: 1e4, step: 1, value: 0});
  const pairs = model.logits.map((value, k) =>
    newLinkedSlider(words.logits[k], {...limits, value}, moved => { model.logits[k] = moved; draw(); }));
  const status = newStatus(), rows = newElement("tbody");
  label.input.oninput = shift.input.oninput = draw;

  function draw() {
    model.label = Math.round(valueOf(label.input) ?? model.label);
    model.shift = valueOf(shift.input) ?? model.shift ?? 0;
    const z = model.logits.map(logit => logit + model.shift), p = softmax(z);
    const gradient = p.map((value, k) => value - (k === model.label));
    const best = p.indexOf(Math.max(...p)), total = gradient.reduce((sum, value) => sum + value, 0);
    const loss = formatNumber(-Math.log(p[model.label]), 4);
    say(status, fillIn(words.title, {loss}), fillIn(words.sentence, {
      label: model.label, right: formatProbability(p[model.label]), loss,
      largest: formatProbability(p[best]), best, total: minus((Math.round(total * 1e4) / 1e4 + 0).toFixed(4)),
    }));
    const reach = Math.max(1, ...z.map(Math.abs));
    rows.replaceChildren(...z.map((value, k) => newElement("tr", {className: k === model.label ? "right" : ""},
      newElement("th", {scope: "row", textContent: `class ${k}${k === model.label ? ` ${model.star}` : ""}`}),
      newBar(value / reach, formatNumber(value, 4), "logit"),
      newBar(p[k], formatProbability(p[k]), "probability"),
      newBar(gradient[k], formatProbability(gradient[k]), "derivative"))));
  }

  draw();
  const heads = ["class", ...model.titles].map(textContent => newElement("th", {scope: "col", textContent}));
  return [
    newElement("div", {className: "controls"}, ...pairs.map(pair => pair.element)),
    newElement("div", {className: "controls"}, label.label, shift.label),
    status,
    newElement("table", {}, newElement("thead", {}, newElement("tr", {}, ...heads)), rows),
  ];
});

// An entry of the table: its number, and a bar of that length, from -1 to 1, on both sides of a line.
function newBar(length, text, kind) {
  const bar = newElement("span", {className: `bar ${kind}${length < 0 ? " negative" : ""}`, ariaHidden: "true"});
  bar.style.setProperty("--length", Number.isFinite(length) ? Math.abs(length) : 0);
  return newElement("td", {}, bar, newElement("span", {textContent: text}));
}
