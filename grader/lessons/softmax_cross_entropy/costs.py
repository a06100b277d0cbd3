"""What the exercises on a cost share: slips in the logarithm and in the mean."""

from __future__ import annotations

import numpy as np

from grader.lessons.slips import replaced_by, slips_in
from grader.lessons.softmax_cross_entropy.clips import ADDITIONS, CLIPS


def _log_after(change):
    return lambda right, P: right(change(P))


LOG_SLIPS = slips_in(
    "log",
    ("wrong-log-base", replaced_by(np.log2)),
    ("wrong-log-base", replaced_by(np.log10)),
    *(("clipped", _log_after(clip)) for clip in CLIPS),
    *(("clipped", _log_after(add)) for add in ADDITIONS),
    ("wrong-sign", lambda right, P: -right(P)),
    ("low-precision", lambda right, P: right(P.astype(np.float32))),
)

MEAN_OF_LOSSES_SLIPS = slips_in(
    "mean",
    ("missing-mean", lambda right, losses: right(losses) * len(losses)),
    ("double-mean", lambda right, losses: right(losses) / len(losses)),
    ("not-a-scalar", replaced_by(lambda losses: losses)),
    ("not-a-scalar", replaced_by(lambda losses: losses[:, np.newaxis])),
    ("one-example-only", replaced_by(lambda losses: losses[0])),
    ("one-example-only", replaced_by(lambda losses: losses[-1])),
    ("one-example-only", replaced_by(lambda losses: losses[-1] / len(losses))),  # `=` for `+=` in a loop
)
