"""Tells the learner's own code from Python's, the libraries' and the grader's."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds the packages `grader` and `utils`: the repository."""
_PACKAGE = str(ROOT / "grader")
_INSTALLED = str(Path(find_spec("numpy").origin).parents[1])
_LIBRARY_PREFIXES = (_PACKAGE, _INSTALLED, sys.prefix, sys.base_prefix, "<frozen", "<__array")


def is_library(filename: str) -> bool:
    """Whether code from this file was not written by the learner."""
    return filename.startswith(_LIBRARY_PREFIXES)
