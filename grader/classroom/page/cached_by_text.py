"""Keeps what is rendered of the release's cells, which every submission of a lesson has."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps

TEXTS = 256
"""More than the cells of a lesson."""
LENGTH_LIMIT = 5000
"""Characters of a text whose rendering is kept; so all of them together take some 20 MB at the very most."""


def cached_by_text(render: Callable[[str], str]) -> Callable[[str], str]:
    """Decorate a function that renders a text, so that it keeps what it made of short ones."""
    kept = lru_cache(maxsize=TEXTS)(render)

    @wraps(render)
    def rendered(text: str) -> str:
        return kept(text) if len(text) <= LENGTH_LIMIT else render(text)

    return rendered
