"""What keeps a class or a submission from being graded."""

from grader.isolation.foreign_text import inert_line

REASON_LIMIT = 1000
"""Characters of the reason why a submission cannot be graded."""


class ClassroomError(Exception):
    """A class cannot be graded; the message says what happened, where, and what to do."""


class Interrupted(ClassroomError):
    """A person has stopped the grading; the message says how far it is and how to go on."""


class BadSubmission(Exception):
    """A submission cannot be graded; the message says why and what to do, in one inert line."""

    def __init__(self, message: str):
        super().__init__(inert_line(message, REASON_LIMIT))
