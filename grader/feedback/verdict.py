"""What a check found, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from grader.diagnosis.compare import Part
from grader.diagnosis.measurements import Measurement
from grader.feedback import render
from grader.feedback.explanation import Explanation
from grader.feedback.picture import Difference
from utils.tensorflow import silence

CORRECT, INCORRECT, ERROR = "correct", "incorrect", "error"
MISSING, TIMEOUT, FORBIDDEN = "missing", "timeout", "forbidden"
STATUSES = (CORRECT, INCORRECT, ERROR, MISSING, TIMEOUT, FORBIDDEN)

MIME_TYPE = "application/vnd.backprop.verdict+json"


@dataclass(frozen=True)
class Verdict:
    """What a check found about one exercise.

    `parts` are in the order of the derivation; `seen` says what was observed, `findings` why, what to
    try and what to read again; `measured` what the numbers show where nothing explains them; `where` names
    the case that `seen` speaks of, `reread` the section of the lesson to read again then.
    A notebook shows it as HTML, `print` as text, `as_dict` is its JSON.
    """

    name: str
    status: str
    score: float
    max_score: float
    parts: tuple[Part, ...] = ()
    findings: tuple[Explanation, ...] = ()
    seen: str = ""
    where: str = ""
    reread: str = ""
    measured: Measurement | None = None
    printed: str = ""
    difference: Difference | None = field(default=None, compare=False)

    @property
    def diagnosis(self) -> tuple[str, ...]:
        """Names out of the misconceptions: none, one, or two."""
        return tuple(finding.name for finding in self.findings)

    @property
    def sections(self) -> tuple[str, ...]:
        """The headings to read again, as the lesson has them."""
        if self.status in (CORRECT, FORBIDDEN):
            return ()
        found = tuple(dict.fromkeys(finding.section for finding in self.findings))
        return found or ((self.reread,) if self.reread else ())

    @property
    def message(self) -> str:
        """What was seen, why, and what to do about it, in a few sentences."""
        return " ".join(render.sentences(self))

    def as_dict(self) -> dict[str, Any]:
        """The verdict as JSON data: only finite numbers, strings, lists, dicts, bools and None."""
        return {
            "name": self.name,
            "status": self.status,
            "score": self.score,
            "max_score": self.max_score,
            "parts": [_part_as_dict(part) for part in self.parts],
            "diagnosis": list(self.diagnosis),
            "findings": [finding.as_dict() for finding in self.findings],
            "measured": self.measured and self.measured.as_dict(),
            "message": self.message,
        }

    def __repr__(self) -> str:
        return render.text(self)

    def _repr_html_(self) -> str:
        return render.html(self)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        """HTML for a person, the score as plain text for nbgrader's partial credit, JSON for a report."""
        with silence():  # nbgrader gives no point to a cell that writes to stderr, as a font cache would
            html = self._repr_html_()
        return {"text/plain": repr(float(self.score)), "text/html": html, MIME_TYPE: self.as_dict()}


def _part_as_dict(part: Part) -> dict[str, Any]:
    entries = asdict(part)
    del entries["problem"]
    shapes = {k: list(entries[k]) if entries[k] is not None else None for k in ("got_shape", "want_shape")}
    return {**entries, **shapes}
