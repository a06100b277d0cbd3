"""What `grader` is inside a sandbox: a name that a lesson's first cell can import, with nothing behind it."""


def check(function, **options) -> None:
    """Do nothing: in grading, the functions are judged outside, by their answers."""
