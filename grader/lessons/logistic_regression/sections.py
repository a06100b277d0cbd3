"""The headings of the lesson that exercises and misconceptions point to."""

SIGMOID = "1.1 From a score to a probability"
BATCH = "2.2 All examples at once"
LOSS = "3.1 What a loss measures"
MEAN = "3.2 The cost, and where $1/m$ lives"
SATURATION = "3.4 When predictions saturate"
ONE_EXAMPLE = "4.1 One example: where do the sigmoid and the logarithms go?"
ALL_EXAMPLES = "4.2 All examples: the gradient of the cost"
DESCENT = "4.4 Walk downhill"

SECTIONS = {
    "missing-mean": MEAN,
    "double-mean": MEAN,
    "mean-over-wrong-count": MEAN,
    "needless-mean": MEAN,
    "activation-skipped": SIGMOID,
    "activation-twice": SIGMOID,
    "wrong-activation": SIGMOID,
    "bias-skipped": SIGMOID,
    "positive-term-only": LOSS,
    "labels-swapped": LOSS,
    "wrong-log-base": LOSS,
    "clipped": SATURATION,
    "numerically-unstable": SATURATION,
    "extra-activation-derivative": ONE_EXAMPLE,
    "half-activation-derivative": ONE_EXAMPLE,
    "derivative-of-activation": ONE_EXAMPLE,
    "wrong-activation-derivative": ONE_EXAMPLE,
    "stops-at-activation": ONE_EXAMPLE,
    "missing-one-hot": ONE_EXAMPLE,
    "bias-gradient-not-summed": ALL_EXAMPLES,
    "bias-gradient-missing": ALL_EXAMPLES,
}
"""The section that explains a misconception, where that is not the one that the exercise rests on."""
