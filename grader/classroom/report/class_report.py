"""What a class made of a lesson, as data: scores, exercises, misconceptions, and who needs a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations
from math import comb
from statistics import mean, quantiles

from grader import lessons
from grader.classroom.class_table import IN_PART, Mark, Row
from grader.diagnosis.possible_names import possible_names
from grader.feedback import status
from grader.lessons.misconceptions import MISCONCEPTIONS

OUTCOMES = (
    status.CORRECT,
    IN_PART,
    status.INCORRECT,
    status.ERROR,
    status.TIMEOUT,
    status.FORBIDDEN,
    status.MISSING,
)
"""What an exercise can come to, in the order in which the report shows it."""
BINS = 10
"""Bars of the distribution of scores."""
CHANCE = 0.01
"""Two misconceptions go together if chance alone would put so many students to both this rarely."""
PAIRS_LIMIT = 8


@dataclass(frozen=True)
class Distribution:
    """Scores in percent of the points that are marked so far; `counts` by tenths, the last one with 100 %."""

    counts: tuple[int, ...]
    mean: float
    quartiles: tuple[float, float, float]


@dataclass(frozen=True)
class ExerciseResult:
    """What came of an exercise: how many students have each outcome, and the mean share of its points.

    `unexplained` counts wrong answers, not stopped by an error, for which no misconception was found.
    """

    name: str
    asks: str
    outcomes: Mapping[str, int]
    mean_share: float
    unexplained: int

    @property
    def total(self) -> int:
        """How many answers were judged."""
        return sum(self.outcomes.values())

    @property
    def pass_rate(self) -> float:
        """The share of students with all points, from 0 to 1."""
        return self.outcomes[status.CORRECT] / self.total if self.total else 0.0


@dataclass(frozen=True)
class Change:
    """A misconception in an earlier lesson and now, among the students who are in both.

    `before` and `now` count those who have it, `both` those who have it in both lessons, of `total`.
    """

    before: int
    now: int
    both: int
    total: int


@dataclass(frozen=True)
class Found:
    """A misconception that the class has.

    `students` have it in some exercise, `by_exercise` says how many in which; an exercise that calls another
    one inherits what is wrong there. `line` is typical of it in the exercise `line_of`, "" if no line is.
    """

    name: str
    headline: str
    students: tuple[str, ...]
    by_exercise: Mapping[str, int]
    line: str = ""
    line_of: str = ""
    change: Change | None = None


@dataclass(frozen=True)
class Pair:
    """Two misconceptions that more students share than chance would let expect."""

    first: str
    second: str
    count: int
    expected: float


@dataclass(frozen=True)
class ClassReport:
    """What a class made of a lesson: the class table's `rows`, and changes since the lesson `earlier`.

    `overcome` has misconceptions that some students had then and nobody has now, though this lesson can show
    them, and says how many had them of those who are in both lessons.
    """

    lesson: str
    title: str
    rows: Sequence[Row]
    distribution: Distribution | None
    exercises: Sequence[ExerciseResult]
    found: Sequence[Found]
    pairs: Sequence[Pair]
    earlier: str = ""
    stopped: Mapping[str, Sequence[str]] = field(default_factory=dict)
    overcome: Mapping[str, int] = field(default_factory=dict)

    @property
    def graded(self) -> list[Row]:
        """The rows of those whose submission was graded."""
        return [row for row in self.rows if not row.failure]

    @property
    def failed(self) -> list[Row]:
        """The rows of those whose submission was not graded."""
        return [row for row in self.rows if row.failure]

    @property
    def late(self) -> list[Row]:
        """The rows of those who handed in late and were graded."""
        return [row for row in self.graded if row.late_seconds]

    @property
    def for_a_person(self) -> list[Row]:
        """The rows with answers that a person is to mark, or to mark again."""
        return [row for row in self.rows if row.waiting or row.to_remark]


TypicalLine = Callable[[str, Mapping[str, str]], str]
"""Returns a line typical of wrong answers to an exercise, from the messages of their verdicts by student."""


def class_report(
    lesson: str,
    rows: Sequence[Row],
    typical_line: TypicalLine = lambda exercise, messages: "",
    earlier: str = "",
    earlier_rows: Sequence[Row] = (),
) -> ClassReport:
    """Return the report on a lesson from its class table's rows, with changes since an earlier lesson's.

    A misconception that cannot occur in both lessons has not changed.
    """
    graded = [row for row in rows if not row.failure]
    by_name = _students_by_name(graded)
    common = {row.student for row in earlier_rows if not row.failure} & {row.student for row in graded}
    before = _students_by_name([row for row in earlier_rows if row.student in common])
    comparable = _possible_names(lesson) & _possible_names(earlier) if earlier else frozenset()
    return ClassReport(
        lesson=lesson,
        title=lessons.load(lesson).title,
        rows=rows,
        distribution=_distribution(graded),
        exercises=_exercises(lesson, graded),
        found=[
            replace(one, change=_change(before.get(one.name, ()), one.students, common))
            if one.name in comparable and common
            else one
            for one in _found(lesson, graded, by_name, typical_line)
        ],
        pairs=_pairs(by_name, len(graded)),
        earlier=earlier,
        stopped=_students_by_sentence(graded),
        overcome={name: len(had) for name, had in before.items() if name in comparable - by_name.keys()},
    )


def misconceptions(mark: Mark) -> tuple[str, ...]:
    """Return the misconceptions that a verdict names; that there is no answer yet is none."""
    return tuple(name for name in mark.diagnosis if name in MISCONCEPTIONS and name != "not-implemented")


def percent(row: Row) -> float | None:
    """Return a score in percent of the points that are marked so far; None if there are none."""
    marked = row.max_score - row.waiting
    return None if row.failure or marked <= 0 else max(0.0, 100 * row.score / marked)


def _distribution(graded: Sequence[Row]) -> Distribution | None:
    scores = [score for row in graded if (score := percent(row)) is not None]
    if not scores:
        return None
    bins = Counter(min(int(score * BINS / 100 + 1e-9), BINS - 1) for score in scores)
    quartiles = quantiles(scores, n=4, method="inclusive") if len(scores) > 1 else 3 * scores
    return Distribution(tuple(bins[number] for number in range(BINS)), mean(scores), tuple(quartiles))


def _exercises(lesson: str, graded: Sequence[Row]) -> list[ExerciseResult]:
    marks = defaultdict(list)
    for row in graded:
        for mark in row.marks:
            marks[mark.exercise].append(mark)
    return [
        _exercise(name, exercise.asks, marks[name])
        for name, exercise in lessons.load(lesson).exercises.items()
        if marks[name]
    ]


def _exercise(name: str, asks: str, marks: Sequence[Mark]) -> ExerciseResult:
    counts = Counter(mark.outcome for mark in marks)
    shares = [mark.score / mark.max_score for mark in marks if mark.max_score]
    unexplained = [m for m in marks if m.status == status.INCORRECT and not m.diagnosis and not m.is_full]
    outcomes = {outcome: counts[outcome] for outcome in OUTCOMES}
    return ExerciseResult(name, asks, outcomes, mean(shares) if shares else 0.0, len(unexplained))


def _students_by_name(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Return who has which misconception, the most frequent one first."""
    found = defaultdict(list)
    for row in rows:
        for name in dict.fromkeys(name for mark in row.marks for name in misconceptions(mark)):
            found[name].append(row.student)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _found(
    lesson: str,
    graded: Sequence[Row],
    by_name: Mapping[str, Sequence[str]],
    typical_line: TypicalLine,
) -> list[Found]:
    order = list(lessons.load(lesson).exercises)
    found = []
    for name, students in by_name.items():
        marks = [(row, mark) for row in graded for mark in row.marks if name in misconceptions(mark)]
        counts = Counter(mark.exercise for _, mark in marks)
        first = {}  # the exercise in which each student has it first: later ones may only inherit it
        for row, mark in marks:
            first.setdefault(row.student, mark)
        [(line_of, _)] = Counter(mark.exercise for mark in first.values()).most_common(1)
        messages = {student: mark.message for student, mark in first.items() if mark.exercise == line_of}
        found.append(
            Found(
                name,
                MISCONCEPTIONS[name].headline,
                tuple(students),
                {exercise: counts[exercise] for exercise in order if counts[exercise]},
                typical_line(line_of, messages),
                line_of,
            )
        )
    return found


def _possible_names(lesson: str) -> frozenset[str]:
    """Return the names that verdicts on a lesson can give."""
    return frozenset(chain.from_iterable(map(possible_names, lessons.load(lesson).exercises.values())))


def _change(before: Sequence[str], now: Sequence[str], common: set[str]) -> Change:
    earlier, later = common.intersection(before), common.intersection(now)
    return Change(len(earlier), len(later), len(earlier & later), len(common))


def _pairs(by_name: Mapping[str, Sequence[str]], total: int) -> list[Pair]:
    """Return the misconceptions that go together, the least likely first."""
    found = []
    for first, second in combinations(by_name, 2):
        count = len(set(by_name[first]) & set(by_name[second]))
        sizes = len(by_name[first]), len(by_name[second])
        chance = _chance_of_at_least(count, *sizes, total)
        if count > 1 and chance < CHANCE:
            found.append((chance, Pair(first, second, count, sizes[0] * sizes[1] / total)))
    return [pair for _, pair in sorted(found, key=lambda one: (one[0], one[1].first))[:PAIRS_LIMIT]]


def _chance_of_at_least(count: int, first: int, second: int, total: int) -> float:
    """Return how likely two groups of a class share at least `count` students if nothing connects them.

    This is the upper tail of the hypergeometric distribution (Fisher's exact test).
    """
    ways = sum(comb(first, k) * comb(total - first, second - k) for k in range(count, min(first, second) + 1))
    return ways / comb(total, second)


def _students_by_sentence(graded: Sequence[Row]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for row in graded:
        for sentence in dict.fromkeys(row.stopped):
            found[sentence].append(row.student)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))
