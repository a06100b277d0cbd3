"""One call of a submission's function."""


def call(process, name, arguments, seconds):
    """The outcome of a function on some arguments."""
    [outcome] = process.call(name, [arguments], seconds)
    return outcome
