"""The order of a lesson's headings, by their numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping


def no_later_than(number: str, sections: Mapping[str, str]) -> dict[str, str]:
    """The `sections` whose heading, such as "3.1 Layers in a row", comes in section `number` or before it.

    An exercise sends its learner back to what has been read, never to what is still to come.
    """
    return {name: heading for name, heading in sections.items() if _order(heading) <= _order(number)}


def _order(heading: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", heading.split(" ")[0])))
