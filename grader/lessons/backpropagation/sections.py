"""The headings of the lesson that exercises and misconceptions point to."""

NETWORK = "1.2 The data and the network"
NUDGE = "1.1 A judge for gradients"
TWO_NUMBERS = "3.1 A network of two numbers"
OUTPUT_DELTA = "3.3 First step: $dZ_3$"
PARAMETER_GRADIENTS = "3.4 Second step: $dW_3$ and $db_3$"
HIDDEN_DELTA = "3.5 Third step: into the hidden layer, $dZ_2$"
ALL_LAYERS = "3.6 The whole way back"
BATCH = "4. What about a batch?"
MEAN = "4.2 Where $1/m$ lives"
INPUT = "5. One step further: the input"
SATURATION = "7.3 Saturation"

SECTIONS = {
    "activation-skipped": NETWORK,
    "activation-twice": NETWORK,
    "wrong-activation": NETWORK,
    "bias-skipped": NETWORK,
    "hidden-layer-linear": NETWORK,
    "output-layer-linear": NETWORK,
    "wrong-log-base": NETWORK,
    "half-activation-derivative": TWO_NUMBERS,
    "derivative-of-activation": TWO_NUMBERS,
    "wrong-activation-derivative": TWO_NUMBERS,
    "extra-activation-derivative": OUTPUT_DELTA,
    "stops-at-activation": OUTPUT_DELTA,
    "missing-one-hot": OUTPUT_DELTA,
    "labels-swapped": OUTPUT_DELTA,
    "positive-term-only": OUTPUT_DELTA,
    "wrong-layer-input": PARAMETER_GRADIENTS,
    "bias-gradient-not-summed": PARAMETER_GRADIENTS,
    "bias-gradient-missing": PARAMETER_GRADIENTS,
    "wrong-axis": PARAMETER_GRADIENTS,
    "extra-axis": PARAMETER_GRADIENTS,
    "swapped-outputs": PARAMETER_GRADIENTS,
    "missing-activation-derivative": HIDDEN_DELTA,
    "derivative-of-wrong-layer": HIDDEN_DELTA,
    "wrong-layer-weights": HIDDEN_DELTA,
    "weights-transposed": HIDDEN_DELTA,
    "chain-cut": HIDDEN_DELTA,
    "one-example-only": BATCH,
    "examples-summed": BATCH,
    "missing-mean": MEAN,
    "double-mean": MEAN,
    "mean-over-wrong-count": MEAN,
    "clipped": SATURATION,
    "numerically-unstable": SATURATION,
    "activation-derivative-at-input": INPUT,
}
"""The section that explains a misconception, where that is not the one that the exercise rests on."""
