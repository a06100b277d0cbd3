"""Says why no book can be made."""


class BookError(Exception):
    """The book cannot be made; the message says why, where, and what to do."""
