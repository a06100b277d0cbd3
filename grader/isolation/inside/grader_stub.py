"""Mounted as `grader/__init__.py` in a sandbox, so that a lesson's first cell can import `check`."""


def check(function, **options) -> None:
    """Do nothing: in grading, the functions are judged outside, by their answers."""
