"""What has to be the same on all machines that grade a class, so that all give the same marks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

from grader.classroom import edition as course


@cache
def edition() -> Mapping[str, str]:
    """Return what names the course's code and what it runs with here, as it was when this was first asked."""
    return {**course.edition(), "distributed": version("distributed")}


def difference(wanted: Mapping[str, str], found: Mapping[str, str]) -> str:
    """Return in words what of an edition is not as wanted, or ""."""
    others = [
        f"another version of {name}" if name == "the course" else f"{name} {found.get(name)}, not {value}"
        for name, value in wanted.items()
        if found.get(name) != value
    ]
    return f"It has {' and '.join(others)}." if others else ""
