// The backprop stepper: it shows frames that the lesson's model computed when the book was made.
"use strict";

makeWidgets("backprop-stepper", model => {
  const {steps, words} = model, last = steps.length - 1;
  const units = Array(model.layers).fill(0);
  const back = newButton(words.back), forward = newButton(words.forward);
  const step = newNumberField(words.step, {min: 0, max: last, step: 1, value: 0});
  const example = newNumberField(words.example, {min: 0, max: model.examples - 1, step: 1, value: 0});
  const unit = newNumberField([steps[0].unitLabel, words.unitHint], {min: 0, max: 0, step: 1, value: 0});
  const status = newStatus(), table = newElement("div");
  const picture = newElement("div", {className: "picture", role: "img"});
  let position = 0;

  function draw() {
    const {title, layer, unitLabel, units: count, frames} = steps[position];
    const frame = frames[valueOf(example.input) ?? 0][units[layer]];
    say(status, title, frame.sentence);
    picture.innerHTML = frame.picture.map(line => model.lines[line]).join("\n");
    picture.firstElementChild.setAttribute("aria-hidden", "true");
    picture.ariaLabel = frame.alt;
    table.innerHTML = frame.table;
    step.input.value = position;
    unit.label.firstChild.data = `${unitLabel} `;
    unit.input.max = count - 1;
    unit.input.value = units[layer];
  }

  function goTo(number) {
    position = Math.min(Math.max(number, 0), last);
    draw();
  }

  back.onclick = () => goTo(position - 1);
  forward.onclick = () => goTo(position + 1);
  step.input.onchange = () => goTo(Math.round(valueOf(step.input) ?? position));
  example.input.onchange = () => {
    example.input.value = Math.round(valueOf(example.input) ?? 0);
    draw();
  };
  unit.input.onchange = () => {
    units[steps[position].layer] = Math.round(valueOf(unit.input) ?? 0);
    draw();
  };
  draw();
  return [
    newElement("div", {className: "controls"}, back, forward, step.label),
    newElement("div", {className: "controls"}, example.label, unit.label),
    status, picture, table,
  ];
});
