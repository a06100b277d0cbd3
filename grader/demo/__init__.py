"""A sample class hands in lesson 3 and is graded, in a folder of its own."""

from grader.demo.demonstration import run
from grader.demo.differences import differences
from grader.demo.sample_class import make_class
from grader.demo.submissions import CLASS, LESSON, SampleSubmission

__all__ = ["CLASS", "LESSON", "SampleSubmission", "differences", "make_class", "run"]
