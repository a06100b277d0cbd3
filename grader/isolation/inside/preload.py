"""The modules that a fork server imports for all submissions."""

from __future__ import annotations

import importlib

_LESSON_MODULES = (
    *(
        "numpy",
        "scipy.special",
        "sklearn.datasets",
        "matplotlib.pyplot",
        "IPython.display",
        "ipywidgets",
        "tqdm",
    ),
    *(
        "utils.data",
        "utils.network",
        "utils.plots",
        "utils.tensorflow",
        "utils.timing",
        "utils.widgets",
        "grader",
    ),
)
"""What the notebooks of lessons import."""


def import_lesson_modules() -> None:
    """Import what takes time, once for all submissions that are forked from this process."""
    for name in _LESSON_MODULES:
        importlib.import_module(name)
