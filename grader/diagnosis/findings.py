"""What a diagnosis consists of."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.lessons import Slip


@dataclass(frozen=True)
class Finding:
    """One name of the misconceptions, with a measured detail ("8 times the right value"), if any.

    `slip` is the slip whose prediction the answers agree with, if that is how the name was found.
    """

    name: str
    detail: str = ""
    slip: Slip | None = field(default=None, compare=False, repr=False)


Findings = tuple[Finding, ...]
