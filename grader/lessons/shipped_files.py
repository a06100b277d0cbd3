"""Where the course as it comes is: its configuration, and its notebooks with answers and without."""

from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_IN_WHEEL = _ROOT / "grader" / "course_files"
"""Where a wheel has these files, by pyproject.toml. In the repository they are at its root."""
SHIPPED = _IN_WHEEL if _IN_WHEEL.is_dir() else _ROOT
"""The folder with the course's `nbgrader_config.py`, `solutions/` and `notebooks/`."""
