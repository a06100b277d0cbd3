"""What the exercises on a cost share: slips in the logarithm and in the mean, forms of a float."""

from __future__ import annotations

import numpy as np

from grader.lessons.softmax_cross_entropy.clips import CLIPS, SMALL
from grader.lessons.softmax_cross_entropy.step_slips import replaced_by, step_slips


def _log_after(change):
    return lambda right, P: right(change(P))


def _add(epsilon):
    return lambda P: P + epsilon


LOG_SLIPS = step_slips(
    "log",
    ("wrong-log-base", replaced_by(np.log2)),
    ("wrong-log-base", replaced_by(np.log10)),
    *(("clipped", _log_after(clip)) for clip in CLIPS),
    *(("clipped", _log_after(_add(epsilon))) for epsilon in SMALL),
    ("wrong-sign", lambda right, P: -right(P)),
    ("low-precision", lambda right, P: right(P.astype(np.float32))),
)

MEAN_OF_LOSSES_SLIPS = step_slips(
    "mean",
    ("missing-mean", lambda right, losses: right(losses) * len(losses)),
    ("double-mean", lambda right, losses: right(losses) / len(losses)),
    ("not-a-scalar", replaced_by(lambda losses: losses)),
    ("not-a-scalar", replaced_by(lambda losses: losses[:, np.newaxis])),
    ("one-example-only", replaced_by(lambda losses: losses[0])),
    ("one-example-only", replaced_by(lambda losses: losses[-1])),
    ("one-example-only", replaced_by(lambda losses: losses[-1] / len(losses))),  # `=` for `+=` in a loop
)


def other_floats(number: str) -> dict[str, tuple[str, ...]]:
    """Return the equivalent changes of a solution that ends in `return float(number)`."""
    reason = (
        "A float may be returned as a Python float, a NumPy scalar or a 0-d array: these are the same number."
    )
    returned = f"float({number})"
    others = (
        number,
        f"each(np.transpose, {returned})",
        f"each(np.squeeze, {returned})",
        f"each(lambda value: np.asarray(value).tolist(), {returned})",
    )
    return {reason: tuple(f"return {returned} -> return {other}" for other in others)}
