"""The types that describe a lesson: `Lesson`, `Exercise`, `Case`, `Slip`, `Hint` and `Invariant`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

TAGS = {
    "lesson": "sizes, or a kind of argument, that the lesson itself uses; the first case has this tag",
    "depth": "followed by a number, such as `depth 2`: a network with this number of layers",
    "integer": "the arrays hold integers",
    "scalar": "a number, or an array without axes, where arrays are usual",
    "soft": "labels between 0 and 1",
    "one example": "a batch of one",
    "one feature": "examples of one feature",
    "one input": "a layer of one input",
    "one unit": "layers of one unit",
    "square": "as many rows as columns, so that a transpose does not show in the shape",
    "saturated": "some inputs are so far from 0 that a careless formula overflows or loses all digits",
    "all saturated": "all inputs are that far from 0",
    "constant": "a column in which every entry is the same",
    "zeros": "some entries are exactly 0",
    "negative": "every entry is negative",
}
"""The tags of cases. The diagnosis looks for tags that all wrong cases share."""


@dataclass(frozen=True)
class Case:
    """Concrete arguments for one call.

    `label` finishes the sentence "on ...". `tags`, from `TAGS`, say what is special about the case. `counts`
    names the sizes that a mean could divide by; `m` is the number of examples. `context` holds what the
    reference needs beyond the arguments. Raises `ValueError` for a tag that is not in `TAGS`.
    """

    label: str
    arguments: tuple
    tags: frozenset[str] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)
    context: Any = None

    def __post_init__(self):
        unknown = {re.sub(r"^depth \d+$", "depth", tag) for tag in self.tags} - TAGS.keys()
        if unknown:
            raise ValueError(
                f"the case {self.label!r} has the tag {min(unknown)!r}: use one of {', '.join(TAGS)}, "
                "or describe the new one in TAGS"
            )


@dataclass(frozen=True)
class Hint:
    """An exercise's own words about a slip, where the general ones do not fit.

    `advice` and `experiment` replace those of `misconceptions.py`, `code` replaces the lines to run for the
    experiment. A field that is "" leaves the general words in place.
    """

    advice: str = ""
    experiment: str = ""
    code: str = ""


@dataclass(frozen=True, eq=False)
class Slip:
    """One way to go wrong: a name of `misconceptions.py` and the steps of the solution that it spoils.

    Each entry of `steps` is called as `wrong(right, *arguments)`, where `right` is the step before the slip.
    Slips therefore compose: two of them can wrap the same step. `detail` is what a verdict adds to the name,
    such as the argument that is ignored. `hint` holds the exercise's own words about the slip.
    """

    name: str
    steps: Mapping[str, Callable]
    detail: str = ""
    hint: Hint = Hint()

    def with_hint(self, hint: Hint) -> Slip:
        """The same slip with an exercise's own words, for a slip that several exercises share."""
        return replace(self, hint=hint)


@dataclass(frozen=True)
class Invariant:
    """A property of every right answer, whatever the numbers.

    `sentence` says what a wrong answer lacks, without the formula: "The rows do not sum to 1."
    `holds(case, parts)` says whether an answer has the property; it is called only with all parts, each of
    them numbers of the right shape.
    """

    sentence: str
    holds: Callable[[Case, Mapping[str, np.ndarray]], bool]


@dataclass(frozen=True, eq=False)
class Exercise:
    """One function of the course: what it asks, its cases, its reference and the slips that learners make.

    The task: `name` and `arguments` of the function, its `points`, and what it `asks` for in a few words.
    `cases(rng)` draws the cases.

    The reference: `reference(case)` is the right answer, computed by TensorFlow in float64. It alone decides
    whether an answer is right. `parts` names the entries of the answer in the order of the derivation: one
    name for an array, several for a tuple, none for a dict, whose keys are its parts. A part that is a dict
    itself is split into parts such as `cache['Z1']`; if it is in `open_dicts`, it may have more entries.
    Where the reference has integers, or a list, the answer must too. Parts agree if they differ by at most
    `tolerance` relative to the largest entry, after `canonical(array)` where that is given. `stable` says
    that saturated inputs must not cause warnings.

    The slips: `solve(*arguments, **steps)` is the right answer in NumPy, split into the named `steps` that
    `slips` spoil. It explains answers and never judges them. `extra_mean` is the name of the misconception of
    a division by m too many. `counterparts` maps the start of a part's name in a dict to the start of the
    name that it may be mistaken for, such as `dW` to `db`. `alias(part, case)` is the part of the lesson's
    own network with the same role as a part of a case.

    The error carried forward: `carry_forward(case, own)` returns what would be right for later parts given
    the learner's `own` parts, those that are numbers of the right shape; nan where these do not determine it.
    There, a named slip does: a part is right if the slip leaves alone the steps that it is made in
    (`made_in`, by the start of the part's name).

    The words: `reread` is the heading of the section that the exercise rests on, `sections` maps the name of
    a misconception to another heading. `examples` are lines of code for experiments: `tiny` assigns a tuple
    of small arguments, `tiny_twice` the same rows twice over, `tiny_far` arguments with an extreme answer.
    `hints` has the exercise's own words for names that none of its slips has. `axes` names the axes of parts,
    by the start of the part's name ("example", "unit"). `invariants` are properties of all right answers.

    The tests: `right` are right answers in other styles than the lesson's, such as loops, `einsum` or
    recursion. `equivalent` lists, by the reason, the mechanical changes of the lesson's solution that are
    right under the contract (see `tests/truth`).
    """

    name: str
    points: float
    asks: str
    reread: str
    arguments: tuple[str, ...]
    cases: Callable[[np.random.Generator], list[Case]]
    reference: Callable[[Case], Any]
    solve: Callable
    steps: Mapping[str, Callable] = field(default_factory=dict)
    slips: tuple[Slip, ...] = ()
    parts: tuple[str, ...] = ()
    open_dicts: tuple[str, ...] = ()
    canonical: Callable[[np.ndarray], np.ndarray] | None = None
    alias: Callable[[str, Case], str] = lambda part, case: part
    tolerance: float = 1e-9
    stable: bool = False
    extra_mean: str = "double-mean"
    sections: Mapping[str, str] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, Hint] = field(default_factory=dict)
    carry_forward: Callable[[Case, Mapping[str, np.ndarray]], Mapping[str, Any]] | None = None
    made_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    invariants: tuple[Invariant, ...] = ()
    counterparts: Mapping[str, str] = field(default_factory=dict)
    right: tuple[Callable, ...] = ()
    equivalent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def hint(self, name: str, slip: Slip | None = None) -> Hint:
        """The exercise's own words about a misconception: of `slip`, or of any of its slips of that name."""
        slips = [slip] if slip else [known for known in self.slips if known.name == name]
        return next((known.hint for known in slips if known.hint != Hint()), self.hints.get(name, Hint()))

    def axes_of(self, part: str, count: int) -> tuple[str, ...]:
        """The names of a part's `count` axes; "" for each axis if the exercise does not name them."""
        names = next((names for start, names in self.axes.items() if part.startswith(start)), ())
        return names if len(names) == count else ("",) * count

    def answer(self, arguments: tuple, slips: tuple[Slip, ...] = ()) -> Any:
        """The NumPy answer to `arguments` with the given slips, each applied on top of those before it.

        A slip may raise or warn, as the code of a learner who makes it would.
        """
        steps = {"answer": self.solve, **self.steps}
        for slip in slips:
            for name, wrong in slip.steps.items():
                steps[name] = partial(wrong, steps[name])
        solve = steps.pop("answer")
        return solve(*arguments, **steps)


@dataclass(frozen=True)
class Lesson:
    """One notebook: its name, its title and its exercises by name, in the order of the notebook.

    `builds` says in a few words what a learner builds, `minutes` how long it takes, such as "90–120". Both
    stand in the README.
    """

    name: str
    title: str
    builds: str
    minutes: str
    exercises: Mapping[str, Exercise]


def in_order(*exercises: Exercise) -> dict[str, Exercise]:
    """Exercises by name, in the given order."""
    return {exercise.name: exercise for exercise in exercises}
