"""Explains a misconception to a learner: in words, with an experiment, and with the section to read again."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

from grader.lessons import Exercise, Slip
from grader.lessons.misconceptions import MISCONCEPTIONS


class ExampleKind(NamedTuple):
    """The code of an experiment, but for the arguments that differ from exercise to exercise.

    `assignments` are names of lines in the exercise's `examples`: "tiny" makes a tuple of small arguments,
    "tiny_twice" the same with every row twice, "tiny_far" arguments whose answer is extreme. Each assigns to
    the variable of its name. `calls` are the lines that follow; {f} stands for the exercise's function.
    """

    assignments: tuple[str, ...]
    calls: str


EXAMPLE_KINDS = {
    "call": ExampleKind(("tiny",), "print({f}(*tiny))"),
    "twice": ExampleKind(("tiny", "tiny_twice"), "print({f}(*tiny))\nprint({f}(*tiny_twice))"),
    "far": ExampleKind(("tiny_far",), "print({f}(*tiny_far))"),
    "again": ExampleKind(("tiny",), "print({f}(*tiny))\nprint({f}(*tiny))"),
    "zeros": ExampleKind(("tiny",), "print({f}(0 * tiny[0], *tiny[1:]))"),
    "sums": ExampleKind(("tiny",), "print({f}(*tiny).sum(axis=1).round(9))"),
    "args": ExampleKind(("tiny",), "print(tiny)\n{f}(*tiny)\nprint(tiny)"),
}
"""The kinds of code that a misconception can name as its `example`."""


@dataclass(frozen=True)
class Explanation:
    """What a learner reads about one finding.

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
        return {**asdict(self), "section": heading_text(self.section)}


def heading_text(heading: str) -> str:
    """A heading as it reads with its formulas typeset, which is also its anchor in JupyterLab."""
    return re.sub(r"\$(.*?)\$", lambda formula: formula[1].replace("_", ""), heading)


def explain(exercise: Exercise, name: str, detail: str = "", slip: Slip | None = None) -> Explanation:
    """Explain the misconception `name` in an exercise, in the exercise's own words where it has any.

    `detail` is what was measured, `slip` the slip that predicts the answers, if any.
    """
    misconception, hint = MISCONCEPTIONS[name], exercise.hint(name, slip)
    measured = f" ({detail})" if detail and name != "raises" else ""
    headline, advice = misconception.headline + measured, hint.advice or misconception.advice
    return Explanation(
        name=name,
        detail=detail,
        text=replace(misconception, headline=headline, advice=advice).explanation,
        experiment=hint.experiment or misconception.experiment,
        code=hint.code or _example_code(exercise, misconception.example),
        section=exercise.sections.get(name, exercise.reread),
    )


def _example_code(exercise: Exercise, kind: str) -> str:
    """The lines of an example of this kind; "" where the exercise has no arguments for it."""
    assignments, calls = EXAMPLE_KINDS.get(kind, ((), ""))
    if any(name not in exercise.examples for name in assignments):
        return ""
    return "\n".join([*(exercise.examples[name] for name in assignments), calls.format(f=exercise.name)])
