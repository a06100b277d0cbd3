// The controls of the widgets, all of them HTML's own, so that the keyboard works as everywhere.
"use strict";

function newElement(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const newButton = ([text, hint]) => newElement("button", {type: "button", textContent: text, title: hint});

// A field for a number with its label. What is typed outside of its limits counts as the limit.
function newNumberField([text, hint], {min, max, step, value}) {
  const input = newElement("input", {type: "number", title: hint, min, max, step, value});
  return {input, label: newElement("label", {}, `${text} `, input)};
}

function valueOf(input) {
  const value = input.valueAsNumber;
  return Number.isNaN(value) ? null : Math.min(Math.max(value, Number(input.min)), Number(input.max));
}

// A choice of texts with its label; its value is the number of the chosen one.
function newChoice([text, hint], texts, value) {
  const options = texts.map((textContent, number) => newElement("option", {textContent, value: number}));
  const input = newElement("select", {title: hint}, ...options);
  input.value = value;
  return {input, label: newElement("label", {}, `${text} `, input)};
}

// A field and a slider that move together: `change(value)` is called when either does, `show(value)` sets both.
function newLinkedSlider(label, limits, change) {
  const field = newNumberField(label, limits), {value, ...range} = limits;
  const slider = newElement("input", {type: "range", ariaLabel: label[1], ...range});
  slider.value = value;
  slider.oninput = () => { field.input.value = slider.value; change(slider.valueAsNumber); };
  field.input.oninput = () => {
    const typed = valueOf(field.input);
    if (typed !== null) { slider.value = typed; change(typed); }
  };
  const show = shown => { field.input.value = slider.value = shown; };
  return {element: newElement("span", {}, field.label, slider), show};
}

// The sentence that a screen reader speaks when it changes.
const newStatus = () => newElement("p", {role: "status"});

function say(status, title, sentence) {
  status.replaceChildren(newElement("strong", {textContent: `${title}.`}), ` ${sentence}`);
}

// Let `make(element, model)` build each widget of a class in the place of its still picture.
function makeWidgets(name, make) {
  for (const element of document.getElementsByClassName(name)) {
    element.replaceChildren(...make(JSON.parse(element.querySelector("script").textContent)));
  }
}
