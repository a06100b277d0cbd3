"""The modules that a fork server imports once, for all notebooks that run for their outputs.

A process that judges functions imports such a module only if the learner's code needs it.
"""

from __future__ import annotations

import importlib

_LESSON_MODULES = (
    *("numpy", "scipy.special", "sklearn.datasets", "matplotlib.pyplot", "IPython.display", "ipywidgets"),
    *(
        "tqdm",
        "utils.data",
        "utils.environment",
        "utils.layers",
        "utils.network",
        "utils.plots",
        "utils.plots.list_of_layers",
    ),
    *("utils.progress", "utils.tensorflow", "utils.threads", "utils.timing", "utils.widgets"),
    "grader",
)
"""The modules that the notebooks of lessons import."""


def import_lesson_modules() -> None:
    """Import what the notebooks of lessons import, TensorFlow excepted."""
    for name in _LESSON_MODULES:
        importlib.import_module(name)
