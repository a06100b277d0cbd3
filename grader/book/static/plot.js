// Draws the axes of a plot as SVG, as tall as wide, so that two of them stand side by side or below each other.
"use strict";

const PLOT = {width: 380, height: 320, left: 58, right: 12, top: 30, bottom: 46};

function newSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Round numbers between two limits, about five of them; of a logarithmic axis powers of ten, or 1, 2 and 5 times these.
function ticks([low, high], isLogarithmic) {
  if (isLogarithmic) {
    const first = Math.floor(Math.log10(low)), decades = Math.log10(high) - first;
    const factors = decades > 2 ? [1] : [1, 2, 5], stride = Math.ceil(decades / 6);
    const powers = Array.from({length: Math.ceil(decades / stride) + 1}, (_, k) => 10 ** (first + k * stride));
    return powers.flatMap(power => factors.map(factor => factor * power)).filter(tick => low <= tick && tick <= high);
  }
  const power = 10 ** Math.floor(Math.log10((high - low) / 4));
  const step = power * [1, 2, 5, 10].find(factor => (high - low) / (factor * power) <= 6);
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({length: last - first + 1}, (_, k) => (first + k) * step);
}

// A plot {svg, area, place}: what lies in `area` is cut at the axes; `place` turns numbers into coordinates.
function newPlot(title, [xLabel, yLabel], [xLimits, yLimits], options = {}) {
  const {xTicks = ticks(xLimits, false), isLogarithmic = false} = options;
  const {width, height, left, right, top, bottom} = PLOT;
  const scale = isLogarithmic ? Math.log : value => value;
  const share = (value, [low, high], scale) => (scale(value) - scale(low)) / (scale(high) - scale(low));
  const near = value => Number.isNaN(value) ? 1e4 : Math.min(Math.max(value, -1e4), 1e4);
  const across = x => near((width - left - right) * share(x, xLimits, value => value));
  const down = y => near((height - top - bottom) * (1 - share(y, yLimits, scale)));
  const area = newSvg("svg", {
    x: left, y: top, width: width - left - right, height: height - top - bottom, class: "area",
  });
  const text = (words, x, y, options = {}) => newSvg("text", {x, y, "text-anchor": "middle", ...options}, words);
  const middle = top + (height - top - bottom) / 2, floor = height - bottom;
  const marks = [
    ...xTicks.flatMap(tick => {
      const x = left + across(tick);
      return [
        newSvg("line", {x1: x, x2: x, y1: floor, y2: floor + 4}), text(formatNumber(tick, 4), x, floor + 17),
      ];
    }),
    ...ticks(yLimits, isLogarithmic).flatMap(tick => {
      const y = top + down(tick);
      return [
        newSvg("line", {x1: left - 4, x2: left, y1: y, y2: y}),
        text(formatNumber(tick, 4), left - 7, y + 4, {"text-anchor": "end"}),
      ];
    }),
  ];
  const svg = newSvg("svg", {viewBox: `0 0 ${width} ${height}`, class: "plot", "aria-hidden": "true"}, area,
    newSvg("path", {d: `M${left} ${top}V${floor}H${width - right}`, class: "axes"}), ...marks,
    text(title, left + (width - left - right) / 2, 18, {class: "title"}),
    text(xLabel, left + (width - left - right) / 2, height - 8),
    text(yLabel, 0, 0, {transform: `translate(13 ${middle}) rotate(-90)`}));
  return {svg, area, place: (x, y) => [across(x), down(y)]};
}

const lineThrough = places => `M${places.map(place => place.map(one => one.toFixed(1)).join(" ")).join("L")}`;

// A line through places and a dot at each.
function newWalk(places) {
  const dots = places.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");
  return [newSvg("path", {d: lineThrough(places), class: "walk"}), newSvg("path", {d: dots, class: "walk dots"})];
}
