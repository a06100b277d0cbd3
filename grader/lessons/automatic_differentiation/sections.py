"""The headings of the lesson that exercises and misconceptions point to."""

TRACE = "1.2 Nodes that write down"
STEP = "2.1 What a step has to know"
PRODUCT = "2.2 The matrix product"
SUM = "2.3 The sum"
ENTRIES = "2.4 Entry by entry"
MEAN = "2.5 The mean"
TAPE = "3. Walk the tape back"
FORK = "3.1 A tape with a fork"
RULE = "3.2 The rule"
INPUT = "7. Gradients with respect to the input"

SECTIONS = {
    "needless-mean": STEP,
    "weights-transposed": PRODUCT,
    "operands-swapped": PRODUCT,
    "broadcast-not-summed": SUM,
    "bias-gradient-not-summed": SUM,
    "bias-gradient-missing": SUM,
    "wrong-axis": SUM,
    "extra-axis": SUM,
    "missing-activation-derivative": ENTRIES,
    "extra-activation-derivative": ENTRIES,
    "half-activation-derivative": ENTRIES,
    "derivative-of-activation": ENTRIES,
    "wrong-activation-derivative": ENTRIES,
    "activation-skipped": ENTRIES,
    "wrong-log-base": ENTRIES,
    "clipped": ENTRIES,
    "numerically-unstable": ENTRIES,
    "missing-mean": MEAN,
    "double-mean": MEAN,
    "mean-over-wrong-count": MEAN,
    "shared-gradient": FORK,
    "path-overwritten": FORK,
    "forward-order": RULE,
    "chain-cut": RULE,
    "wrong-keys": RULE,
}
"""The section that explains a misconception, where that is not the one that the exercise rests on."""
