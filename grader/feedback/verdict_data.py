"""The data of a verdict, and the sentences that are made of it.

Other sentences arrive in the data: `observation` is written in `grader/diagnosis/describe.py`, the text of a
finding in `grader/feedback/explanation.py`, those of `measured` in `grader/diagnosis/measurements.py`.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from grader.diagnosis.compare import Part, is_of_wrong_type
from grader.diagnosis.measurements import Measurement
from grader.feedback.explanation import Explanation, heading_text
from grader.feedback.picture import Difference
from grader.feedback.status import CORRECT, FORBIDDEN, INCORRECT, TIMEOUT

MAX_WORDS = 90  # of a message, which nobody reads to its end if it is longer
_LESS_URGENT = (
    r" [^.]*, given your own [^.]*\.",  # which parts follow from an earlier one
    r" \([^()]* right there\)",  # which parts are right
    r"(?<= in line )(\d+(?: of `\w+`)?), `.*?`(?=\.(?: |$))",  # the code of a line, but not its number
)
"""What a message leaves out, one after the other, as long as it is too long."""


@dataclass(frozen=True)
class VerdictData:
    """What a check found about one exercise.

    `parts` are in the order of the derivation. `observation` says what was observed and `case_label` on which
    case, `example` on which numbers if they are few, `findings` say why, what to try and what to read again.
    `measured` is what the numbers show where no finding explains them, `reread` the heading of the section to
    read again then. `printed` is what the function printed, `warning` says what newer libraries refuse,
    `difference` has the values of the part that a picture shows.
    """

    name: str
    status: str
    score: float
    max_score: float
    parts: tuple[Part, ...] = ()
    findings: tuple[Explanation, ...] = ()
    observation: str = ""
    case_label: str = ""
    example: str = ""
    reread: str = ""
    measured: Measurement | None = None
    printed: str = ""
    warning: str = ""
    difference: Difference | None = field(default=None, compare=False)

    @property
    def diagnosis(self) -> tuple[str, ...]:
        """Names out of the misconceptions: none, one, or two."""
        return tuple(finding.name for finding in self.findings)

    @property
    def explanations(self) -> tuple[Explanation, ...]:
        """The findings as learners read them: the advice on a second one waits with its experiment."""
        return (*self.findings[:1], *(finding.as_second() for finding in self.findings[1:]))

    @property
    def section(self) -> str:
        """The heading to read again, as the lesson has it; "" for none."""
        if self.status in (CORRECT, FORBIDDEN):
            return ""
        return self.findings[0].section if self.findings else self.reread

    @property
    def message(self) -> str:
        """What was observed, why, and what to do about it, in a few sentences."""
        explanations = (finding.text for finding in self.explanations)
        message = " ".join([*self.observed_sentences, *explanations, *self.reread_sentences])
        warning = [re.escape(f" {self.warning}")] if self.warning else []
        for less_urgent in (*warning, *_LESS_URGENT):
            if len(message.split()) > MAX_WORDS:
                message = re.sub(less_urgent, _first_group, message, count=1)
        return message

    @property
    def observed_sentences(self) -> list[str]:
        """What was observed, and what to do about it where no finding explains it."""
        if self.status == CORRECT:
            right = "Right: every part agrees with TensorFlow on every case."
            return [right, self.warning] if self.warning else [right]
        sentences = [self.observation] if self.observation else []
        if not self.findings and self.status == INCORRECT:
            sentences += self.measured.sentences if self.measured else []
            if not any(is_of_wrong_type(part) for part in self.parts):
                sentences.append(
                    "The check knows no slip that does this; work back from the part named here."
                )
        if self.status == TIMEOUT:
            sentences.append("Look for a loop that never ends, or for far more work than the sizes ask for.")
        return [*sentences, self.warning] if self.warning else sentences

    @property
    def reread_sentences(self) -> list[str]:
        """Which section to read again, in one sentence or none."""
        return [f"Reread “{heading_text(self.section)}”."] if self.section else []

    @property
    def points(self) -> str:
        """The score, such as "2.67 of 4 points"."""
        unit = "point" if self.max_score == 1 else "points"
        return f"{_number(self.score)} of {_number(self.max_score)} {unit}"

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


def _first_group(found: re.Match) -> str:
    """What stays of a match: its first group, if it has any."""
    return found[1] if found.re.groups else ""


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _part_as_dict(part: Part) -> dict[str, Any]:
    entries = asdict(part)
    del entries["problem"]
    shapes = {k: list(entries[k]) if entries[k] is not None else None for k in ("got_shape", "want_shape")}
    return {**entries, **shapes}
