"""Where the course as it comes is: its configuration, and its notebooks with answers and without."""

from grader.learner.library_code import ROOT

_IN_WHEEL = ROOT / "grader" / "course_files"
"""Where a wheel has these files, by pyproject.toml. In the repository they are at its root."""
SHIPPED = _IN_WHEEL if _IN_WHEEL.is_dir() else ROOT
"""The folder with the course's `nbgrader_config.py`, `solutions/` and `notebooks/`."""
