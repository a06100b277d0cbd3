"""What keeps a class or a submission from being graded."""


class ClassroomError(Exception):
    """A class cannot be graded; the message says what happened, where, and what to do."""


class BadSubmission(Exception):
    """A submission cannot be graded; the message says why and what to do."""
