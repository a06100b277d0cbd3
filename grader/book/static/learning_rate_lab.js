// The learning-rate lab: it shows the first steps of paths that the lesson's model computed when the book was made.
"use strict";

// The points and costs of a run, one [x, y, cost] for each step.
function stepsOf(run) {
  const numbers = new Float32Array(Uint8Array.from(atob(run.numbers), letter => letter.charCodeAt(0)).buffer);
  return Array.from({length: numbers.length / 3}, (_, k) => [...numbers.subarray(3 * k, 3 * k + 3)]);
}

makeWidgets("learning-rate-lab", model => {
  const {words} = model, outcomes = Object.keys(words.sentences);
  const rate = newChoice(words.rate, model.rates, model.rate);
  const start = newChoice(words.start, model.starts, 0);
  const halve = newButton(words.halve), double = newButton(words.double);
  const [usual, most] = model.steps;
  const steps = newNumberField(words.steps, {min: 1, max: most, step: 1, value: usual});
  const status = newStatus(), picture = newElement("div", {className: "picture plots", role: "img"});

  function draw() {
    const run = model.runs[start.input.value][rate.input.value], count = Math.round(valueOf(steps.input) ?? usual);
    const path = stepsOf(run).slice(0, count + 1), costs = path.map(step => step[2]);
    const outcome = outcomes[run.outcomes[count - 1]], text = model.rates[rate.input.value];
    const first = costs[0], last = costs[count];
    const lowest = Math.min(model.lowest ?? Infinity, ...costs.filter(Number.isFinite));
    const point = ([x, y]) => `(${formatNumber(x, 4)}, ${formatNumber(y, 4)})`;
    const sentence = fillIn(words.sentences[outcome], {
      way: fillIn(words.way[count === 1 ? 0 : 1],
        {steps: count, before: formatNumber(first, 4), after: formatNumber(last, 4)}),
      first: run.firstRise, end: point(path[count]),
      progress: `${Math.round(100 * Math.max(0, (first - last) / (first - lowest)))}%`,
    });
    say(status, fillIn(words.title, {rate: text}), sentence);
    const [[low0, high0], [low1, high1]] = model.span.map(limits => limits.map(limit => formatNumber(limit, 4)));
    picture.ariaLabel = fillIn(words.alt,
      {low0, high0, low1, high1, start: point(path[0]), end: point(path[count]), rate: text, sentence});
    picture.replaceChildren(
      drawSurface(model, path, fillIn(words.figure, {rate: text, outcome})), drawCosts(words.axes[1], costs));
  }

  function move(rungs) {
    rate.input.value = Math.min(Math.max(Number(rate.input.value) + rungs, 0), model.rates.length - 1);
    draw();
  }

  halve.onclick = () => move(-2);  // neighbours differ by the factor of the root of 2
  double.onclick = () => move(2);
  rate.input.onchange = start.input.onchange = steps.input.oninput = draw;
  draw();
  return [
    newElement("div", {className: "controls"}, rate.label, halve, double),
    newElement("div", {className: "controls"}, steps.label, start.label),
    status, picture,
  ];
});

// Lines of equal cost, every third with its cost, and the path.
function drawSurface({levels, span, words}, path, title) {
  const {svg, area, place} = newPlot(title, words.axes[0], span);
  const labels = levels.flatMap(({cost, lines}, k) => {
    const places = lines.map(line => line.map(point => place(...point)));
    area.append(...places.map(line => newSvg("path", {d: lineThrough(line), class: "contour"})));
    const longest = places.reduce((best, line) => line.length > best.length ? line : best, []);
    if (k % 3 !== 1 || !longest.length) return [];
    const [x, y] = longest[Math.floor(longest.length / 2)];
    return [newSvg("text", {x, y: y + 4, "text-anchor": "middle", class: "level"}, cost)];
  });
  const places = path.map(step => place(step[0], step[1]));
  area.append(...labels, ...newWalk(places));
  const width = Number(area.getAttribute("width"));
  for (const [[x, y], word, shape, below] of [
    [places[0], "start", "M-5 -5H5V5H-5Z", -9],
    [places.at(-1), "end", "M-6 -4L-4 -6L0 -2L4 -6L6 -4L2 0L6 4L4 6L0 2L-4 6L-6 4L-2 0Z", 20],
  ]) {
    const side = x < width / 2 ? 1 : -1;
    area.append(newSvg("path", {d: shape, transform: `translate(${x} ${y})`}),
      newSvg("text", {x: x + 8 * side, y: y + below, "text-anchor": side > 0 ? "start" : "end", class: "title"}, word));
  }
  return svg;
}

// The cost after each step, with a logarithmic axis where it falls or rises by a factor of 100.
function drawCosts([title, ...labels], costs) {
  const known = costs.filter(Number.isFinite), count = costs.length - 1;
  const least = Math.min(...known), most = Math.max(...known), isLogarithmic = 0 < 100 * least && 100 * least < most;
  const margin = 0.05 * (most - least || 1);
  const limits = isLogarithmic ? [0.8 * least, 1.25 * most] : [least - margin, most + margin];
  const xTicks = ticks([0, count], false).filter(Number.isInteger);
  const {svg, area, place} = newPlot(title, labels, [[-0.04 * count, 1.04 * count], limits], {xTicks, isLogarithmic});
  const points = costs.map((cost, step) => [step, cost]).filter(([, cost]) => Number.isFinite(cost));
  area.append(...newWalk(points.map(point => place(...point))));
  return svg;
}
