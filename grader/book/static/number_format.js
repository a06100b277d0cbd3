// Writes numbers as utils/plots/widgets.py does: `number` and `probability` there.
"use strict";

const minus = text => text.replaceAll("-", "\u2212");

// A number with so many significant digits, as Python's format "g" has it.
function formatNumber(value, digits) {
  if (!Number.isFinite(value)) return minus(Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
  const [mantissa, exponent] = (value + 0).toExponential(digits - 1).split("e");
  const short = text => text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  if (exponent >= -4 && exponent < digits) return minus(short((value + 0).toFixed(digits - 1 - exponent)));
  return minus(`${short(mantissa)}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`);
}

function formatProbability(value) {
  const size = Math.abs(value);
  return 0 < size && size < 0.001 || !Number.isFinite(value)
    ? formatNumber(value, 2) : minus((value + 0).toFixed(4));
}

// A text with {name} replaced by values.name.
const fillIn = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
