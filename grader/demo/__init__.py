"""A made-up class hands in lesson 3 and is graded, in a folder of its own."""

from grader.demo.sample_class import make_class, run, surprises
from grader.demo.submissions import CLASS, LESSON, Submission

__all__ = ["CLASS", "LESSON", "Submission", "make_class", "run", "surprises"]
