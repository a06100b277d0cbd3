"""Tells the learner's own code from Python's, the libraries' and the grader's."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = str(Path(__file__).resolve().parent)


def is_library(filename: str) -> bool:
    """Whether code from this file was not written by the learner."""
    return filename.startswith((_PACKAGE, sys.prefix, sys.base_prefix, "<frozen", "<__array"))
