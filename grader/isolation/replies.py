"""Decodes the replies of a worker. The learner's code may have forged them, so every entry is checked."""

from __future__ import annotations

from typing import Any

from grader.isolation.inside.wire import is_sent_one_way
from grader.isolation.process import ProcessEnded
from grader.learner.call import PRINTED_LIMIT, Outcome, Raised
from grader.learner.plain_data import printable

WARNINGS_LIMIT = CALLED_LIMIT = 20
MALFORMED = (TypeError, LookupError, ValueError, OverflowError, AttributeError)
"""What decoding a forged reply raises; `int(inf)`, for one, is an OverflowError."""


def decode_outcome(reply: Any, arguments: tuple, seconds: float) -> Outcome:
    """A reply as an `Outcome` of a call with `arguments` that took `seconds` by the clock outside.

    Functions and generators among the arguments are the ones that were sent. Raises `ProcessEnded` for a
    reply that the worker would not have written.
    """
    try:
        back = arguments if reply["arguments"] is None else reply["arguments"]
        pairs = zip(arguments, back, strict=True)
        return Outcome(
            value=reply["value"],
            arguments=tuple(sent if is_sent_one_way(sent) else received for sent, received in pairs),
            raised=decode_raised(reply["raised"]),
            timed_out=reply["timed_out"] is True,
            forbidden=printable(str(reply["forbidden"])),
            printed=str(reply["printed"])[:PRINTED_LIMIT],
            warned=tuple(printable(str(text)) for text in reply["warned"][:WARNINGS_LIMIT]),
            takes_array_as_number=reply["takes_array_as_number"] is True,
            called=tuple(printable(str(name)) for name in reply["called"][:CALLED_LIMIT]),
            seconds=seconds,
        )
    except MALFORMED as error:
        raise ProcessEnded from error


def decode_raised(entry: Any) -> Raised | None:
    """An exception in a reply. Raises one of `MALFORMED`."""
    if entry is None:
        return None
    number = entry["line_number"]
    names = ("kind", "message", "line", "function")
    kind, message, line, function = (printable(str(entry[name])) for name in names)
    return Raised(kind, message, number and int(number), line, function)


def decode_syntax_error(entry: Any) -> Raised | None:
    """A syntax error in a reply. Raises one of `MALFORMED`."""
    if entry is None:
        return None
    number = entry["line_number"]
    return Raised("SyntaxError", printable(str(entry["message"])), number and int(number))
