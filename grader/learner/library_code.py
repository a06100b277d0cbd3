"""Tells a learner's own code from that of Python, of libraries and of the course."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the packages `grader` and `utils`: the repository, or its counterpart in a sandbox."""
_PACKAGES = tuple(f"{ROOT / name}{os.sep}" for name in ("grader", "utils"))
_INSTALLED = str(Path(find_spec("numpy").origin).parents[1])
_LIBRARY_PREFIXES = (*_PACKAGES, _INSTALLED, sys.prefix, sys.base_prefix, "<frozen", "<__array")


def is_library(filename: str) -> bool:
    """Whether code from this file is not the learner's own."""
    return filename.startswith(_LIBRARY_PREFIXES)
