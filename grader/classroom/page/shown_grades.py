"""Which grades a feedback page shows, by a key in its head."""

from __future__ import annotations

import json
import re
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path

from grader.classroom.records import Grades

_HEAD = 1000
"""Bytes of a page that hold the key."""
_KEY = re.compile(rb'<meta name="grades" content="([0-9a-f]{32})">')


def grades_key(grades: Grades) -> str:
    """Return a hash of all that a page shows of the gradebook."""
    cells = {name: astuple(cell) for name, cell in grades.cells.items()}
    shown = [cells, dict(grades.comments), grades.late_penalty, grades.late_seconds]
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]


def shown_key(page: Path) -> str | None:
    """Return the key of the grades that a page shows; None if there is no such page."""
    try:
        with page.open("rb") as opened:
            found = _KEY.search(opened.read(_HEAD))
    except OSError:
        return None
    return found and found[1].decode()
