"""The parts a lesson is made of: exercises, the cases that probe them, and the slips that they know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """Concrete arguments for one call.

    `label` finishes the sentence "on ..."; `tags` say what is special about the case (`lesson`: the
    lesson's own sizes, `integer`, `saturated`, `one example`, `one unit`, `square`, `depth 2`, ...);
    `counts` names the sizes that a mean could divide by (`m` is the number of examples); `context`
    holds what the reference needs beyond the arguments.
    """

    label: str
    arguments: tuple
    tags: frozenset[str] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)
    context: Any = None


@dataclass(frozen=True, eq=False)
class Slip:
    """One way to go wrong: a name of `misconceptions.py` and the steps of the solution that it spoils.

    Each entry of `steps` is called as `wrong(right, *arguments)`, where `right` is the step as it
    was before: slips therefore compose by wrapping the same step twice. `detail` is what a verdict adds
    to the name, such as the argument that is ignored.
    """

    name: str
    steps: Mapping[str, Callable]
    detail: str = ""


@dataclass(frozen=True)
class Invariant:
    """Something that every right answer has, whatever the numbers: `sentence` says it, of a wrong answer, as
    what it lacks ("The rows do not sum to 1."), without the formula.

    `holds(case, parts)` says whether an answer's `parts` have it. It is asked only of parts that are
    numbers of the right shape, and all of them there.
    """

    sentence: str
    holds: Callable[[Case, Mapping[str, np.ndarray]], bool]


@dataclass(frozen=True)
class Hint:
    """What an exercise tells of one name in words of its own; what is "" is told in the general words.

    `advice` and `experiment` stand for those of `misconceptions.py`.
    """

    advice: str = ""
    experiment: str = ""


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

    `reread` is the heading of the section that the exercise rests on; `sections` maps the name of a slip
    to a heading that explains just that, `hints` to words of its own. `examples` are lines of code to
    experiment with: `tiny` makes a tuple of small arguments, `tiny_twice` one of the same rows twice over,
    `tiny_far` one where the answer is extreme; those under the name of a slip are complete.

    `carry_forward(case, own)` follows an error through the derivation: for parts that come after others it
    gives what would be right given the learner's `own` parts, nan where those do not tell. `own` holds the
    parts that are numbers of the right shape. Where they do not tell, a slip that is named does: a part is
    right if the slip leaves alone the steps that it is made in (`made_in`, by the start of the part's name).

    `axes` names the axes of parts, by the start of the part's name ("example", "unit"); `invariants` is what
    all right answers have in common.
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
    """One notebook: its name, its title and its exercises in the order in which they are met."""

    name: str
    title: str
    exercises: Mapping[str, Exercise]
