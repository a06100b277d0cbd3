"""How late a submission is, in words."""

from __future__ import annotations

_UNITS = {"day": 86_400, "hour": 3600, "minute": 60, "second": 1}


def describe_lateness(seconds: float) -> str:
    """Return a time such as "2 days and 3 hours", in at most two units, the last one rounded down."""
    counts, left = {}, int(max(seconds, 1))
    for unit, length in _UNITS.items():
        counts[unit], left = divmod(left, length)
    first = next(place for place, count in enumerate(counts.values()) if count)
    told = [(count, unit) for unit, count in list(counts.items())[first : first + 2] if count]
    return " and ".join(f"{count} {unit}{'s' * (count != 1)}" for count, unit in told)


def short_lateness(seconds: float) -> str:
    """Return a time in its largest unit, rounded down, such as "2 d" or "40 min"."""
    count, unit = describe_lateness(seconds).split(" and ")[0].split()
    short = {"day": "d", "hour": "h", "minute": "min", "second": "s"}
    return f"{count} {short[unit.removesuffix('s')]}"
