"""How late a submission is, in words."""

from __future__ import annotations

_UNITS = {"day": 86_400, "hour": 3600, "minute": 60, "second": 1}
_SHORT = {"day": "d", "hour": "h", "minute": "min", "second": "s"}


def describe_lateness(seconds: float) -> str:
    """Return a time such as "2 days and 3 hours", in at most two units, the last one rounded down."""
    told = [(count, unit) for count, unit in _counts(seconds)[:2] if count]
    return " and ".join(f"{count} {unit}{'s' * (count != 1)}" for count, unit in told)


def short_lateness(seconds: float) -> str:
    """Return a time in its largest unit, rounded down, such as "2 d" or "40 min"."""
    count, unit = _counts(seconds)[0]
    return f"{count} {_SHORT[unit]}"


def _counts(seconds: float) -> list[tuple[int, str]]:
    """Return a time in whole units, from the largest that it has one of down to seconds."""
    counts, left = [], int(max(seconds, 1))
    for unit, length in _UNITS.items():
        count, left = divmod(left, length)
        if count or counts:
            counts.append((count, unit))
    return counts
