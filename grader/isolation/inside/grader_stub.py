"""Mounted as `grader/__init__.py` in a sandbox, so that a lesson's cells can import what they call.

In grading, the functions are judged outside, by their answers, and nobody is there to be asked.
"""


def check(*arguments, **options) -> None:
    """Do nothing, like all functions here."""


ask_prediction = ask_questions = compare_prediction = hint = progress = solution = check
