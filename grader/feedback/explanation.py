"""Explains a name of the misconceptions: in words, with an experiment, and with the section to read again."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace

from grader.lessons import Exercise, Slip
from grader.lessons.misconceptions import MISCONCEPTIONS

KINDS = {
    # example of a misconception: what an exercise gives for it, and the lines that are the same for all
    "call": (("tiny",), "print({f}(*tiny))"),
    "twice": (("tiny", "tiny_twice"), "print({f}(*tiny))\nprint({f}(*tiny_twice))"),
    "far": (("tiny_far",), "print({f}(*tiny_far))"),
    "zeros": (("tiny",), "print({f}(0 * tiny[0], *tiny[1:]))"),
    "sums": (("tiny",), "print({f}(*tiny).sum(axis=1).round(9))"),
    "args": (("tiny",), "print(tiny)\n{f}(*tiny)\nprint(tiny)"),
}


@dataclass(frozen=True)
class Explanation:
    """What a learner is told about one finding.

    `text` says what the function does and leads to the step, `experiment` is something to try and `code`
    the lines for it ("" where there are none), `section` the heading to read again, as the lesson has it.
    """

    name: str
    detail: str
    text: str
    experiment: str
    code: str
    section: str

    def as_dict(self) -> dict[str, str]:
        """The explanation as JSON data."""
        return {**asdict(self), "section": plain_heading(self.section)}


def plain_heading(heading: str) -> str:
    """A heading as it reads with its formulas typeset, which is also what JupyterLab links to."""
    return re.sub(r"\$(.*?)\$", lambda formula: formula[1].replace("_", ""), heading)


def explain(exercise: Exercise, name: str, detail: str = "", slip: Slip | None = None) -> Explanation:
    """Explain `name` as it is found in an exercise.

    `detail` is what was measured, `slip` the slip that predicts the answers, if any.
    """
    known, hint = MISCONCEPTIONS[name], exercise.hint(name, slip)
    measured = f" ({detail})" if detail and name != "raises" else ""
    told = replace(known, headline=known.headline + measured, advice=hint.advice or known.advice)
    return Explanation(
        name=name,
        detail=detail,
        text=told.explanation,
        experiment=hint.experiment or known.experiment,
        code=hint.code or _code(exercise, known.example),
        section=exercise.sections.get(name, exercise.reread),
    )


def _code(exercise: Exercise, example: str) -> str:
    """The lines of one kind of example; "" where the exercise does not give its part of them."""
    pieces, lines = KINDS.get(example, ((), ""))
    if any(piece not in exercise.examples for piece in pieces):
        return ""
    return "\n".join([*(exercise.examples[piece] for piece in pieces), lines.format(f=exercise.name)])
