"""The model of the softmax lab: probabilities, loss and gradient for logits that change."""

import numpy as np

from utils.plots import widgets as plots
from utils.plots.style import minus
from utils.plots.widgets import probability
from utils.widgets.softmax_lab_wording import OVERFLOW, SENTENCE
from utils.widgets.wording import four_digits, ignored_warnings


class SoftmaxPrediction:
    """The probabilities `p` (N,) that `softmax` returns for `logits` (N,) + `shift`, and the class `label`.

    `softmax` gets logits of shape (1, N) and returns probabilities of that shape. Call `update` after
    changing `logits`, `shift` or `label`. Raises `ValueError` if the probabilities have another shape.
    """

    def __init__(self, softmax, logits, label):
        self.softmax, self.shift = softmax, 0.0
        self.logits, self.label = np.array(logits, dtype=float).reshape(-1), int(label)
        self.update()

    def update(self):
        """Compute the probabilities of the present logits."""
        self.z = self.logits + self.shift
        with ignored_warnings():
            p = np.asarray(self.softmax(self.z[np.newaxis].copy()), dtype=float)
        if p.shape != (1, len(self.z)):
            raise ValueError(f"softmax gave shape {p.shape} for logits of shape (1, {len(self.z)})")
        self.p = p[0]

    @property
    def loss(self):
        """The cross-entropy: minus the logarithm of the right class's probability."""
        with np.errstate(all="ignore"):
            return float(-np.log(self.p[self.label]))

    @property
    def gradient(self):
        """The derivative of the loss with respect to the logits, p - y, shape (N,)."""
        return self.p - (np.arange(len(self.p)) == self.label)

    def sentence(self):
        """Return the result in words."""
        if not np.isfinite(self.p).all():
            return OVERFLOW
        best = int(self.p.argmax())
        return SENTENCE.format(
            label=self.label,
            right=probability(self.p[self.label]),
            loss=four_digits(self.loss),
            largest=probability(self.p[best]),
            best=best,
            total=minus(f"{round(self.gradient.sum(), 4) + 0.0:.4f}"),
        )

    def figure(self):
        """Draw logits, probabilities and p - y."""
        return plots.plot_softmax(self.z, self.p, self.label)

    def alt(self):
        """Return the alternative text of the figure, with its numbers."""
        columns = zip(self.z, self.p, self.gradient, strict=True)
        rows = [
            f"Class {k}{', the right one' if k == self.label else ''}: {four_digits(z)}, {probability(p)}, "
            f"{probability(derivative)}."
            for k, (z, p, derivative) in enumerate(columns)
        ]
        return " ".join(["Bars: the logit, the probability and p \u2212 y of each class.", *rows])
