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
