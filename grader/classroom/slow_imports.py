"""Imports nbgrader without what takes longest of it and serves nobody here."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

_GRAMMAR = "rfc3987_syntax"


@contextlib.contextmanager
def without_address_grammar() -> Iterator[None]:
    """Let jsonschema be imported in the block without its grammar of addresses.

    That takes over a second, half of the import of nbgrader. jsonschema does without it where it is not
    installed; it would check the formats `iri` and `iri-reference`, which no schema of notebooks has.
    """
    is_there = _GRAMMAR in sys.modules
    sys.modules.setdefault(_GRAMMAR, None)
    try:
        yield
    finally:
        if not is_there:
            del sys.modules[_GRAMMAR]
