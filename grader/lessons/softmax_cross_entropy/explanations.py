"""What learners are told in several exercises: sections to reread, and the sentence of an invariant."""

from __future__ import annotations

SECTIONS = {
    # name: the section that explains it, where that is another than the exercise's own
    "activation-skipped": "2.1 Softmax",
    "wrong-activation": "2.1 Softmax",
    "needless-mean": "2.1 Softmax",
    "numerically-unstable": "2.3 Overflow",
    "missing-mean": "3.1 Two ways to write the loss",
    "double-mean": "3.1 Two ways to write the loss",
    "mean-over-wrong-count": "3.1 Two ways to write the loss",
    "class-off-by-one": "3.1 Two ways to write the loss",
    "wrong-log-base": "3.1 Two ways to write the loss",
    "labels-swapped": "3.1 Two ways to write the loss",
    "diagonal-jacobian": "4.2 The Jacobian of the softmax",
    "off-diagonal-sign": "4.2 The Jacobian of the softmax",
    "stops-at-activation": "4.4 Back from the loss: a row times the Jacobian",
    "extra-activation-derivative": "4.5 The collapse",
    "missing-one-hot": "4.5 The collapse",
    "softmax-of-probabilities": "7.1 Four combinations",
    "clipped": "7.3 Where logits are better",
}

NOT_SHIFT_INVARIANT = "Raise all logits alike and nothing changes; {} do not say so."
