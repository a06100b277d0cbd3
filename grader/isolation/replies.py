"""Replies of a worker as the data that they stand for."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.isolation.process import ProcessEnded
from grader.learner.call import PRINTED_LIMIT, Outcome, Raised
from grader.learner.plain_data import printable

WARNINGS_LIMIT = 20
# What comes of a reply whose entries are not what the worker writes; int(inf) is an OverflowError.
MALFORMED = (TypeError, LookupError, ValueError, OverflowError, AttributeError)


def decode_outcome(reply: Any, arguments: tuple, seconds: float) -> Outcome:
    """A reply as an `Outcome`; functions among the arguments are the ones that were sent.

    The clock is the one outside. Raises `ProcessEnded` for a reply that the worker would not have written.
    """
    try:
        back = arguments if reply["arguments"] is None else reply["arguments"]
        returned = zip(arguments, back, strict=True)
        return Outcome(
            value=reply["value"],
            arguments=tuple(sent if _is_callable_or_generator(sent) else got for sent, got in returned),
            raised=decode_raised(reply["raised"]),
            timed_out=reply["timed_out"] is True,
            forbidden=printable(str(reply["forbidden"])),
            printed=str(reply["printed"])[:PRINTED_LIMIT],
            warned=tuple(printable(str(text)) for text in reply["warned"][:WARNINGS_LIMIT]),
            seconds=seconds,
        )
    except MALFORMED as error:
        raise ProcessEnded from error


def _is_callable_or_generator(argument: Any) -> bool:
    return callable(argument) or isinstance(argument, np.random.Generator)


def decode_raised(reply: Any) -> Raised | None:
    if reply is None:
        return None
    number = reply["line_number"]
    kind, message, line = (printable(str(reply[name])) for name in ("kind", "message", "line"))
    return Raised(kind, message, number and int(number), line)


def decode_syntax_error(reply: Any) -> Raised | None:
    if reply is None:
        return None
    number = reply["line_number"]
    return Raised("SyntaxError", printable(str(reply["message"])), number and int(number))
