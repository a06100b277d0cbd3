"""Checks a learner's functions against TensorFlow and says why an answer is wrong."""

from grader.notebook import check

__all__ = ["check"]
