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
    "square": ExampleKind(("tiny_square", "tiny"), "print({f}(*tiny_square))\nprint({f}(*tiny))"),
    "args": ExampleKind(("tiny",), "print(tiny)\n{f}(*tiny)\nprint(tiny)"),
}
"""The kinds of code that a misconception can name as its `example`."""


@dataclass(frozen=True)
class Explanation:
    """What a learner reads about one finding.

    `statement` says what the function does and `advice` leads to the step, `experiment` is something to try
    and `code` the lines for it ("" where there are none), `section` the heading to read again, as the lesson
    has it.
    """

    name: str
    detail: str
    statement: str
    advice: str
    experiment: str
    code: str
    section: str

    @property
    def text(self) -> str:
        """What the function does, and the advice."""
        return f"{self.statement} {self.advice}".rstrip()

    def as_second(self) -> Explanation:
        """The same after another explanation: in few words, since one mistake is enough to mend at a time."""
        statement = re.sub("[Yy]our function", "it", self.statement, count=1)
        statement = f"Besides, {statement[0].lower()}{statement[1:]}"
        reread = f"Reread “{heading_text(self.section)}”."
        return replace(
            self, statement=statement, advice="", experiment=f"{self.advice} {self.experiment} {reread}"
        )

    def as_dict(self) -> dict[str, str]:
        """The explanation as JSON data."""
        entries = asdict(self)
        del entries["statement"], entries["advice"]
        return {**entries, "text": self.text, "section": heading_text(self.section)}


def heading_text(heading: str) -> str:
    """A heading as it reads with its formulas typeset, which is also its anchor in JupyterLab."""
    return re.sub(r"\$(.*?)\$", lambda formula: formula[1].replace("_", ""), heading)


def explain(
    exercise: Exercise, name: str, detail: str = "", slip: Slip | None = None, place: str = ""
) -> Explanation:
    """Explain the misconception `name` in an exercise, in the exercise's own words where it has any.

    `detail` is what was measured, `slip` the slip that predicts the answers, if any, and `place` the parts
    that it is about, where it is not about all.
    """
    misconception, hint = MISCONCEPTIONS[name], exercise.hint(name, slip)
    measured = f" ({detail})" if detail and name != "raises" else ""
    return Explanation(
        name=name,
        detail=detail,
        statement=f"{f'In {place}, your' if place else 'Your'} function {misconception.headline}{measured}.",
        advice=hint.advice or misconception.advice,
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
