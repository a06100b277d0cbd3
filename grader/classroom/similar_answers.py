"""Finds students whose answers are more alike than a class's way of answering explains, for a person to see.

Answers are compared by their statements, and as wholes, without layout, comments and names of their own. What
two share counts by how few others have it, in the class and in the background: right answers and slips that
come naturally. How surprising a likeness in one exercise is, all pairs of the class say; how surprising it is
in all exercises, classes say in which the answers to each exercise are dealt out to the students anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from grader import lessons
from grader.classroom.answer_code import AnswerCode, Statement, read_answers, statements
from grader.classroom.course.assignment import Assignment
from grader.classroom.errors import ClassroomError
from grader.classroom.preconditions import demand_lesson, open_course

FEWEST = 10
"""A smaller class says too little of what is usual."""
BY_CHANCE = 0.5
"""So many pairs of a class are named, on average, if nobody has copied."""
DEALS = 100
"""So many times the answers are dealt out anew."""
LINES_SHOWN = 3

Answer = Sequence[Statement]


@dataclass(frozen=True)
class SharedAnswer:
    """An exercise that two students answer alike, and how surprising that is, in bits.

    `lines` are the statements they share that the fewest others have, as the first of them writes them;
    `others` says how many others have each. `is_same` says whether the whole answers are the same.
    """

    exercise: str
    surprise: float
    is_same: bool
    lines: tuple[str, ...]
    others: tuple[int, ...]


@dataclass(frozen=True)
class SimilarPair:
    """Two students whose answers are alike; `exercises` has the most surprising one first."""

    first: str
    second: str
    surprise: float
    exercises: tuple[SharedAnswer, ...]


@dataclass(frozen=True)
class Similar:
    """The pairs of a class that are more alike than is `usual`, in bits, the most surprising one first."""

    students: int
    usual: float
    pairs: tuple[SimilarPair, ...]


def similar_in_class(
    lesson: str, course: Path = Path("."), background: Mapping[str, Sequence[str]] | None = None
) -> Similar:
    """Return who of a graded class has similar answers; `background` is natural code by exercise.

    Raises `ClassroomError` if the class is not graded, or too small.
    """
    demand_lesson(lesson)
    assignment = Assignment(open_course(Path(course)), lesson)
    students = assignment.students("autograded")
    graded = [student for student in students if assignment.notebook("autograded", student).is_file()]
    if len(graded) < FEWEST:
        raise ClassroomError(
            f"{len(graded)} submissions for {lesson} are graded. It takes {FEWEST} to tell what is unusual."
        )
    answers = read_answers(assignment, graded)
    return similar_answers(
        {
            name: {student: code.get(name, AnswerCode()).statements for student, code in answers.items()}
            for name in lessons.load(lesson).exercises
        },
        {
            name: [statements(source, lesson, name) for source in sources]
            for name, sources in (background or {}).items()
        },
    )


def similar_answers(
    answers: Mapping[str, Mapping[str, Answer]], background: Mapping[str, Sequence[Answer]]
) -> Similar:
    """Return who has similar answers; `answers` are those to each exercise by student, of all students."""
    students = sorted(set(chain.from_iterable(answers.values())))
    compared = {
        name: _Exercise([of_one[student] for student in students], background.get(name, ()))
        for name, of_one in answers.items()
    }
    surprises = [exercise.surprise for exercise in compared.values()]
    total, usual = np.triu(sum(surprises), 1), _usual_surprise(surprises)
    pairs = [_pair(students, compared, *place, total[tuple(place)]) for place in np.argwhere(total > usual)]
    return Similar(len(students), usual, tuple(sorted(pairs, key=lambda pair: -pair.surprise)))


class _Exercise:
    """The answers to one exercise; `surprise` says of each two students, in bits, how surprising they are."""

    def __init__(self, answers: Sequence[Answer], background: Sequence[Answer]):
        self._texts = [{one.normal: one.text for one in answer} for answer in answers]
        self._features = [_features(answer) for answer in answers]
        self._times = Counter(chain.from_iterable(self._features))
        times = self._times + Counter(chain.from_iterable(map(_features, background)))
        total = len(answers) + len(background)
        self._bits = {feature: float(np.log2(total / times[feature])) for feature in self._times}
        self.surprise = _surprise(self._likeness())

    def _likeness(self) -> np.ndarray:
        places = {feature: place for place, feature in enumerate(self._bits)}
        has = np.zeros((len(self._features), len(places)))
        for student, features in enumerate(self._features):
            has[student, [places[feature] for feature in features]] = 1
        return has * list(self._bits.values()) @ has.T

    def shared(self, name: str, first: int, second: int) -> SharedAnswer:
        """Return what two students share."""
        both = [text for text in self._texts[first] if text in self._texts[second]]
        rarest = sorted(both, key=lambda normal: (self._times[normal], normal))[:LINES_SHOWN]
        return SharedAnswer(
            name,
            float(self.surprise[first, second]),
            self._features[first] == self._features[second],
            tuple(self._texts[first][normal] for normal in rarest),
            tuple(self._times[normal] - 2 for normal in rarest),
        )


def _features(answer: Answer) -> set[str | tuple[str, ...]]:
    """Return by what answers are compared: their statements, and all of them in their order."""
    normal = [statement.normal for statement in answer]
    return {*normal, tuple(normal)} if normal else set()


def _surprise(likeness: np.ndarray) -> np.ndarray:
    """Return how surprising each likeness is: minus log2 of the share of pairs that are at least as alike."""
    pairs = np.sort(likeness[np.triu_indices(len(likeness), 1)])
    as_alike = len(pairs) - np.searchsorted(pairs, likeness * (1 - 1e-12), side="left")
    surprise = -np.log2(np.maximum(as_alike, 1) / len(pairs))
    np.fill_diagonal(surprise, 0.0)
    return surprise


def _usual_surprise(surprises: Sequence[np.ndarray]) -> float:
    """Return the surprise that `BY_CHANCE` pairs exceed, on average, of classes that are dealt anew."""
    rng, count, kept = np.random.default_rng(0), len(surprises[0]), int(BY_CHANCE * DEALS)
    largest = np.zeros(0)
    for _ in range(DEALS):
        orders = (rng.permutation(count) for _ in surprises)
        dealt = sum(one[np.ix_(order, order)] for one, order in zip(surprises, orders, strict=True))
        pairs = np.concatenate([largest, dealt[np.triu_indices(count, 1)]])
        largest = np.sort(pairs)[-kept - 1 :]
    return float(largest[0])


def _pair(
    students: Sequence[str], compared: Mapping[str, _Exercise], first: int, second: int, surprise: float
) -> SimilarPair:
    shared = [exercise.shared(name, first, second) for name, exercise in compared.items()]
    telling = sorted((one for one in shared if one.surprise > 1), key=lambda one: -one.surprise)
    return SimilarPair(students[first], students[second], float(surprise), tuple(telling))
