"""The parts a lesson is made of: exercises, the cases that probe them, and the slips that they know."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

TAGS = {
    "lesson": "the sizes, or the kind of argument, that the lesson itself uses; the first case has it",
    "depth": "followed by a number, such as `depth 2`: a network of so many layers",
    "integer": "the arrays hold integers",
    "scalar": "a number, or an array without axes, where arrays are usual",
    "soft": "labels between 0 and 1",
    "one example": "a batch of one",
    "one feature": "examples of one feature",
    "one input": "a layer of one input",
    "one unit": "layers of one unit",
    "square": "as many rows as columns, so that a transpose does not show in the shape",
    "saturated": "some inputs are so far from 0 that a careless formula overflows or loses all digits",
    "all saturated": "all of them are",
    "constant": "a column in which every entry is the same",
    "zeros": "some entries are exactly 0",
    "negative": "every entry is negative",
}
"""What may be special about a case. The diagnosis looks for patterns in them."""


@dataclass(frozen=True)
class Case:
    """Concrete arguments for one call.

    `label` finishes the sentence "on ..."; `tags`, out of `TAGS`, say what is special about the case;
    `counts` names the sizes that a mean could divide by (`m` is the number of examples); `context` holds what
    the reference needs beyond the arguments. Raises `ValueError` for a tag that is not in `TAGS`.
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
    """What an exercise tells of a slip in words of its own; what is "" is told in the general words.

    `advice` and `experiment` stand for those of `misconceptions.py`, `code` are all the lines to run for the
    experiment.
    """

    advice: str = ""
    experiment: str = ""
    code: str = ""


@dataclass(frozen=True, eq=False)
class Slip:
    """One way to go wrong: a name of `misconceptions.py` and the steps of the solution that it spoils.

    Each entry of `steps` is called as `wrong(right, *arguments)`, where `right` is the step as it
    was before: slips therefore compose by wrapping the same step twice. `detail` is what a verdict adds
    to the name, such as the argument that is ignored. `hint` is what this exercise says of it.
    """

    name: str
    steps: Mapping[str, Callable]
    detail: str = ""
    hint: Hint = Hint()

    def with_hint(self, hint: Hint) -> Slip:
        """The same slip with words of an exercise's own, where several exercises share it."""
        return replace(self, hint=hint)


@dataclass(frozen=True)
class Invariant:
    """Something that every right answer has, whatever the numbers: `sentence` says it, of a wrong answer, as
    what it lacks ("The rows do not sum to 1."), without the formula.

    `holds(case, parts)` says whether an answer's `parts` have it. It is asked only of parts that are
    numbers of the right shape, and all of them there.
    """

    sentence: str
    holds: Callable[[Case, Mapping[str, np.ndarray]], bool]


@dataclass(frozen=True, eq=False)
class Exercise:
    """One function of the course: how it is probed, what is right, and what typically goes wrong.

    `solve(*arguments, **steps)` is the right answer in NumPy, taken apart into the named `steps`
    that a slip can spoil. It explains answers; it never judges them: that is what `reference(case)`
    is for, computed by TensorFlow in float64.

    `parts` names the entries of the answer in the order of the derivation: one name for an array,
    several for a tuple, none for a dict, whose keys are its parts. A part that is a dict itself has its
    entries for parts, such as `cache['Z1']`; more of them do no harm in the `open_dicts`. Where the
    reference has integers, or a list, the answer has to. `canonical(array)` is the form in which parts are
    compared. `alias(part, case)` maps a part of a case to the part of the lesson's own network that plays
    the same role. `stable` says that saturated inputs must not even warn; `extra_mean` is the name for
    dividing by m where it was done.

    `counterparts` maps the start of a part's name in a dict to the start of the name that it may be mistaken
    for, such as `dW` to `db`.

    `reread` is the heading of the section that the exercise rests on; `sections` maps a name to a heading
    that explains just that. `hints` has words of the exercise's own for names that no slip of it has, those
    that follow from a relation to the right answer. `examples` are lines of code to experiment with: `tiny`
    makes a tuple of small arguments, `tiny_twice` one of the same rows twice over, `tiny_far` one where the
    answer is extreme.

    `carry_forward(case, own)` follows an error through the derivation: for parts that come after others it
    gives what would be right given the learner's `own` parts, nan where those do not tell. `own` holds the
    parts that are numbers of the right shape. Where they do not tell, a slip that is named does: a part is
    right if the slip leaves alone the steps that it is made in (`made_in`, by the start of the part's name).

    `axes` names the axes of parts, by the start of the part's name ("example", "unit"); `invariants` is what
    all right answers have in common. `right` are right answers in other styles than the lesson's, such as
    loops, `einsum` or recursion. `equivalent` lists, by the reason, the mechanical changes of the lesson's
    solution that are right under the contract (see `tests/truth`).
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
        """What the exercise says in words of its own of a name, as it was found or as its slips have it."""
        slips = [slip] if slip else [known for known in self.slips if known.name == name]
        return next((known.hint for known in slips if known.hint != Hint()), self.hints.get(name, Hint()))

    def axes_of(self, part: str, count: int) -> tuple[str, ...]:
        """The names of a part's axes; "" for each of `count` axes of a part that has none declared."""
        names = next((names for start, names in self.axes.items() if part.startswith(start)), ())
        return names if len(names) == count else ("",) * count

    def answer(self, arguments: tuple, slips: tuple[Slip, ...] = ()) -> Any:
        """The NumPy answer to `arguments`, with the given slips made one on top of the other.

        A slip may raise, or warn, just as the code of a learner who makes it would.
        """
        steps = {"answer": self.solve, **self.steps}
        for slip in slips:
            for name, wrong in slip.steps.items():
                steps[name] = partial(wrong, steps[name])
        solve = steps.pop("answer")
        return solve(*arguments, **steps)


@dataclass(frozen=True)
class Lesson:
    """One notebook: its name, its title and its exercises by their names, in the order in which they are met.

    `builds` says in a few words what a learner builds, `minutes` how long that takes, such as "90–120": the
    README tells both.
    """

    name: str
    title: str
    builds: str
    minutes: str
    exercises: Mapping[str, Exercise]


def in_order(*exercises: Exercise) -> dict[str, Exercise]:
    """Exercises by their names."""
    return {exercise.name: exercise for exercise in exercises}
