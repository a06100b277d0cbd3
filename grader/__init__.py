"""Checks a learner's functions against TensorFlow and explains wrong answers."""

from grader.notebook import check

__all__ = ["check"]
