"""The types that describe a lesson: `Lesson`, `Exercise`, `Case`, `Slip`, `Hint`, `Fault` and `Invariant`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from grader.lessons.question import Question
from utils.recorded_calls import recorded_calls

TAGS = {
    "lesson": "sizes, or a kind of argument, that the lesson itself uses; the first case has this tag",
    "depth": "followed by a number, such as `depth 2`: a network with this number of layers",
    "integer": "the arrays hold integers, all of them or all but one",
    "scalar": "a number, or an array without axes, where arrays are usual",
    "soft": "labels between 0 and 1",
    "one example": "a batch of one",
    "one feature": "examples of one feature",
    "one input": "a layer of one input",
    "one unit": "layers of one unit",
    "one class": "a single class, to which every example belongs",
    "square": "as many rows as columns, so that a transpose does not show in the shape",
    "saturated": "some inputs are so far from 0 that a careless formula overflows or loses all digits",
    "all saturated": "all inputs are that far from 0",
    "constant": "a column in which every entry is the same",
    "zeros": "some entries are exactly 0",
    "negative": "every entry is negative",
}
"""What may be special about a case. The diagnosis looks for a tag that the wrong cases share."""


@dataclass(frozen=True)
class Case:
    """The arguments of one call of the function.

    `label` finishes the sentence "on ...". `tags`, from `TAGS`, say what is special about the case. `counts`
    are the sizes by which a mean could divide, by name; `m` is the number of examples. `context` is what the
    reference needs beside the arguments. Raises `ValueError` for a tag that is not in `TAGS`.
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
    """An exercise's own words about a misconception, where the general ones do not fit.

    `advice` and `experiment` replace those of `misconceptions.py`, `code` the lines to run for the
    experiment. An empty field leaves the general words in place.
    """

    advice: str = ""
    experiment: str = ""
    code: str = ""


@dataclass(frozen=True, eq=False)
class Slip:
    """One way to go wrong: the `name` of a misconception, and what it makes of the steps of the right answer.

    `steps` maps the name of a step to its replacement, which is called as `wrong(right, *arguments)`; `right`
    is the step as it was. Slips therefore compose: two of them can replace the same step. The step `answer`
    is `Exercise.solve`, called with all other steps as keywords. `detail` is what a verdict adds to the name,
    such as the argument that is ignored. `hint` has the exercise's own words.
    """

    name: str
    steps: Mapping[str, Callable]
    detail: str = ""
    hint: Hint = Hint()

    def with_hint(self, hint: Hint) -> Slip:
        """The same slip with an exercise's own words, for a slip that several exercises share."""
        return replace(self, hint=hint)


@dataclass(frozen=True)
class Fault:
    """What is wrong with the form of an answer: the `name` of a misconception, and `what` was seen.

    `what` finishes the sentence "On this case, ...".
    """

    name: str
    what: str


@dataclass(frozen=True)
class Invariant:
    """A property of every right answer, whatever the numbers.

    `sentence` tells a learner what the answer lacks, without the formula: "The rows do not sum to 1."
    `holds(case, parts)` says whether an answer has the property. `parts` has all parts of the answer by name,
    as numbers of the right shape. It is not called for answers that lack a part.
    """

    sentence: str
    holds: Callable[[Case, Mapping[str, np.ndarray]], bool]


@dataclass(frozen=True, eq=False)
class Exercise:
    """One function that learners write: what it asks, what is right, and how learners go wrong.

    The task
        `name`, `arguments`: the name of the function and of its arguments.
        `points`: what it is worth.
        `worth`: from the start of a part's name to the points that all such parts share; if empty, all parts
        share all points.
        `carried_on`: the starts of the names of parts that the next call begins with. If one of them is
        wrong, the answer earns at most half of the points.
        `asks`: what it returns, in a few words.
        `cases(rng)`: draws the cases on which it is checked.

    The right answer, which alone decides whether an answer is right
        `reference(case)`: the right answer, by TensorFlow in float64. Where it has integers, of any width, or
        a list, the learner's answer must too.
        `parts`: the names of its parts in the order of the derivation. An array has one name, a tuple
        several; a dict has none, since its keys are the names. A part that is a dict is split into parts
        such as `cache['Z1']`.
        `open_dicts`: the parts that are dicts and may have further entries.
        `tolerance`: the largest difference of a part, relative to the largest entry of the reference.
        `read(answer)`: the answer in the form that has these parts, where it is not plain numbers itself.
        `fault(case, answer)`: the `Fault` of a wrong answer that breaks the rules of its form, or None, where
        these rules are more than shapes and names of parts.
        `canonical(array)`: the form in which parts are compared, where several answers are right.
        `stable`: whether saturated inputs must not cause warnings.
        `withheld`: the functions of `utils.network` that an answer may not call (see `withheld.py`).

    The slips, which explain wrong answers
        `solve(*arguments, **steps)`: the right answer in NumPy, made of the named `steps`.
        `steps`: each by its name, a function as in the right answer; `solve` calls them.
        `slips`: what goes wrong in the steps.
        `extra_mean`: the misconception behind one division by m too many.
        `counterparts`: from the start of a part's name in a dict to the start of the name for which learners
        mistake it, such as `dW` to `db`.
        `alias(part, case)`: the part of the lesson's own network that has the role of a part of the case.
        `invariants`: properties of all right answers. A verdict says which one a wrong answer lacks, where no
        slip explains it.

    The error carried forward
        `carry_forward(case, own)`: what is right for parts, given the learner's `own` parts that are
        numbers of the right shape; nan where these do not determine it.
        `made_in`: from the start of a part's name to the steps that make it. Where `carry_forward` has nan,
        a part is right if it is as the slip that was found predicts, and the slip leaves these steps alone.

    The words
        `reread`: the heading of the section that the exercise rests on.
        `sections`: the heading for a misconception that another section explains.
        `examples`: lines of code for experiments, to which `EXAMPLE_KINDS` in `feedback/explanation.py` adds
        the calls. `tiny` assigns a tuple of small arguments, `tiny_twice` the same rows twice over,
        `tiny_far` arguments with an extreme answer.
        `hints`: words about misconceptions that no slip of the exercise has.
        `general_hints`: three hints for whoever is stuck, from a question to the shape of the answer and what
        goes into it; never the formula.
        `axes`: the names of the axes of parts, by the start of the part's name: ("example", "unit").

    The tests
        `right`: right answers in other styles than the lesson's, such as loops, `einsum` or recursion.
        `equivalent`: from a reason to the mechanical changes of the lesson's solution, "old line -> new
        line", that are right under the contract for that reason (see `tests/truth`).

    From `name` to `solve`, all must be given; the rest has a default.
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
    worth: Mapping[str, float] = field(default_factory=dict)
    carried_on: tuple[str, ...] = ()
    open_dicts: tuple[str, ...] = ()
    read: Callable[[Any], Any] | None = None
    fault: Callable[[Case, Any], Fault | None] | None = None
    canonical: Callable[[np.ndarray], np.ndarray] | None = None
    alias: Callable[[str, Case], str] = lambda part, case: part
    tolerance: float = 1e-9
    stable: bool = False
    withheld: frozenset[str] = frozenset()
    extra_mean: str = "double-mean"
    sections: Mapping[str, str] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, Hint] = field(default_factory=dict)
    general_hints: tuple[str, ...] = ()
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

    def points_of(self, parts: Sequence[str]) -> dict[str, float]:
        """The points of each of the parts of an answer."""
        groups = {name: next(filter(name.startswith, self.worth), "") for name in parts}
        members = Counter(groups.values())
        worth = self.worth or {"": self.points}
        return {name: worth.get(group, 0) / members[group] for name, group in groups.items()}

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
        with recorded_calls():  # what the course's own answers call is nothing that a learner has borrowed
            return solve(*arguments, **steps)


@dataclass(frozen=True)
class Lesson:
    """One notebook: its name, its title and its exercises by name, in the order of the notebook.

    `builds` says in a few words what a learner builds, `minutes` how long it takes, such as "90–120". Both
    stand in the README. `questions` are asked from memory in later lessons, `prerequisites` at the beginning
    of this one if there is none before it.
    """

    name: str
    title: str
    builds: str
    minutes: str
    exercises: Mapping[str, Exercise]
    questions: tuple[Question, ...] = ()
    prerequisites: tuple[Question, ...] = ()


def in_order(*exercises: Exercise) -> dict[str, Exercise]:
    """Exercises by name, in the given order."""
    return {exercise.name: exercise for exercise in exercises}
