"""The headings of the lesson that exercises and misconceptions point to."""

SOFTMAX = "1.1 Softmax"
OVERFLOW = "1.3 Overflow"
LOG_SOFTMAX = "1.4 The logarithm of a softmax"
LOSS = "3.1 Two ways to write the loss"
JACOBIAN = "4.2 The Jacobian of the softmax"
CHECKS = "4.3 Checks that need no answer sheet"
LOSS_TIMES_JACOBIAN = "4.4 Back from the loss: a row times the Jacobian"
LOGIT_GRADIENT = "4.5 The collapse"
NETWORK = "5. A softmax on top of a network"
COMBINATIONS = "7.1 Four combinations"
LOGITS = "7.3 Where logits are better"
SQUARED_ERROR = "8.1 Squared error"

SECTIONS = {
    "activation-skipped": SOFTMAX,
    "wrong-activation": SOFTMAX,
    "needless-mean": SOFTMAX,
    "numerically-unstable": OVERFLOW,
    "mutates-arguments": OVERFLOW,
    "missing-mean": LOSS,
    "double-mean": LOSS,
    "mean-over-wrong-count": LOSS,
    "class-off-by-one": LOSS,
    "wrong-log-base": LOSS,
    "labels-swapped": LOSS,
    "diagonal-jacobian": JACOBIAN,
    "off-diagonal-sign": JACOBIAN,
    "stops-at-activation": LOSS_TIMES_JACOBIAN,
    "extra-activation-derivative": LOGIT_GRADIENT,
    "missing-one-hot": LOGIT_GRADIENT,
    "softmax-of-probabilities": COMBINATIONS,
    "clipped": LOGITS,
}
"""The section that explains a misconception, where that is not the one that the exercise rests on."""
