"""A class with a realistic mixture of answers, for demonstrations, load tests and to train assistants.

Students differ in ability, which is theirs in every lesson and every exercise. Who fails at an exercise makes
a slip, two of them, an error, something without a name, or no attempt; some slips are frequent, others rare,
and a student tends to repeat them. A few hand in late, lose the labels of the cells, delete a test, or copy.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from grader.classroom.course.assignment import Assignment
from grader.classroom.errors import ClassroomError
from grader.classroom.repair.read_notebook import read_release
from grader.demo.answer_bank import Answers, JudgedAnswer, answer_bank, with_docstring
from grader.demo.sample_class import hand_in, release_lesson, solutions
from grader.demo.submissions import SampleSubmission
from grader.learner.library_code import ROOT

DUE = datetime(2026, 3, 1, 12)
"""When the lesson is due, in UTC, if the course does not say so."""
RIGHT, UNATTEMPTED, UNNAMED = "right", "not attempted", "wrong, without a name"
"""What else than misconceptions is put into an answer."""
COPIED_SHARE = 0.85
"""How likely who copies takes an exercise from another's notebook."""
_KINDS = {"slip": 60, "pair": 8, "error": 10, "unnamed": 8, "unattempted": 14}
_REPEATED = 0.5
_UNTOUCHED, _LATE, _WITHOUT_LABELS, _WITHOUT_TEST = 0.02, 0.06, 0.03, 0.03
# Slips that the solutions allow, and learners seldom make.
_RARE = frozenset({"ignores-argument", "swapped-outputs", "transposed", "low-precision", "needless-mean"})
_SHARE_OF_RARE = 0.15


@dataclass(frozen=True)
class SimulatedStudent:
    """What a student hands in, and what was put into it.

    `put_in` has for each exercise the names of its misconceptions, or one of `RIGHT`, `UNATTEMPTED` and
    `UNNAMED`. What calls a wrong exercise is wrong, too. The exercises `copied` are those of `copied_from`.
    """

    submission: SampleSubmission
    put_in: Mapping[str, tuple[str, ...]]
    copied_from: str = ""
    copied: tuple[str, ...] = ()


def simulate(
    lesson: str, course: Path, count: int, seed: int, copies: int = 0, source: Path | None = None
) -> list[SimulatedStudent]:
    """Let a class hand in a lesson in a course folder, which is made unless it is there; return the class.

    `copies` students copy from others. What was put in is written to `simulated.LESSON.json`. `source` is the
    folder with the instructor's notebook. Raises `ClassroomError`, also if somebody has handed in before.
    """
    source = source or ROOT / "solutions" / lesson
    assignment = release_lesson(course, source)
    if assignment.students("submitted"):
        raise ClassroomError(f"There are submissions for {lesson} in {course}. Name another folder.")
    solved = solutions(read_release(assignment.notebook("source")))
    bank, due = answer_bank(lesson, solved), _due(assignment)
    students = simulated_class(lesson, solved, bank, count, seed, copies=copies, due=due)
    hand_in(course, [student.submission for student in students], lesson)
    _write_key(course / f"simulated.{lesson}.json", students, seed)
    return students


def simulated_class(
    lesson: str,
    solved: Mapping[str, str],
    bank: Mapping[str, Answers],
    count: int,
    seed: int,
    *,
    copies: int = 0,
    due: datetime = DUE,
) -> list[SimulatedStudent]:
    """Return the class, the same for the same seed.

    `solved` has the code of the lesson's solutions, `bank` the answers to choose from.
    """
    students = [_student(lesson, number, seed, bank, solved, due) for number in range(1, count + 1)]
    return _with_copies(students, copies, random.Random(f"copies {seed} {lesson}"))


def _student(
    lesson: str, number: int, seed: int, bank: Mapping[str, Answers], solved: Mapping[str, str], due: datetime
) -> SimulatedStudent:
    ability = random.Random(f"ability {seed} {number}").gauss(0, 1)
    rng = random.Random(f"answers {seed} {lesson} {number}")
    drawn: dict[str, JudgedAnswer] = {}
    for place, (exercise, answers) in enumerate(bank.items()):
        difficulty = place / max(1, len(bank) - 1)
        earlier = [name for answer in drawn.values() for name in answer.names]
        drawn[exercise] = _answer(exercise, answers, ability - difficulty, earlier, rng)
    is_untouched = rng.random() < _UNTOUCHED
    tests = (rng.choice(list(bank)),) if rng.random() < _WITHOUT_TEST else ()
    written = {name: answer.source for name, answer in drawn.items() if answer.source}
    submission = SampleSubmission(
        f"student-{number:03}",
        answers={name: with_docstring(source, solved[name]) for name, source in written.items()},
        is_untouched=is_untouched,
        without_tests=tests,
        variation=rng.randrange(10**9),
        unattempted=tuple(name for name in drawn if name not in written),
        timestamp=_time(due, rng),
        has_labels=rng.random() >= _WITHOUT_LABELS,
    )
    put_in = {name: (UNATTEMPTED,) if is_untouched else answer.names for name, answer in drawn.items()}
    return SimulatedStudent(submission, put_in)


def _answer(
    exercise: str, answers: Answers, surplus: float, earlier: Sequence[str], rng: random.Random
) -> JudgedAnswer:
    """Return an answer; `surplus` is ability less difficulty, `earlier` are slips made before."""
    if rng.random() < 1 / (1 + math.exp(-1.7 - 1.3 * surplus)):
        return JudgedAnswer(rng.choice(answers.right), RIGHT, (RIGHT,))
    kinds = {
        "slip": answers.slips,
        "pair": answers.pairs,
        "error": answers.errors,
        "unnamed": answers.unnamed,
        "unattempted": (JudgedAnswer("", UNATTEMPTED, (UNATTEMPTED,)),),
    }
    weights = {kind: _KINDS[kind] if found else 0.0 for kind, found in kinds.items()}
    if set(answers.slips) <= _RARE:
        weights["slip"] *= _SHARE_OF_RARE
    [kind] = rng.choices(list(weights), list(weights.values()))
    if kind == "slip":
        return rng.choice(answers.slips[_slip(exercise, answers, earlier, rng)])
    answer = rng.choice(kinds[kind])
    return replace(answer, names=answer.names or (UNNAMED,))


def _slip(exercise: str, answers: Answers, earlier: Sequence[str], rng: random.Random) -> str:
    """Return the name of a slip: one made before, or any, the first of an exercise's order most often."""
    again = [name for name in earlier if name in answers.slips]
    if again and rng.random() < _REPEATED:
        return rng.choice(again)
    names = sorted(answers.slips)
    random.Random(exercise).shuffle(names)
    weights = [(_SHARE_OF_RARE if name in _RARE else 1) / rank for rank, name in enumerate(names, 1)]
    return rng.choices(names, weights)[0]


def _time(due: datetime, rng: random.Random) -> str:
    """Return when a student hands in: mostly in the last days before the lesson is due."""
    is_late = rng.random() < _LATE
    hours = rng.expovariate(1 / 20)
    moment = due + timedelta(hours=hours if is_late else -hours)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _with_copies(
    students: Sequence[SimulatedStudent], copies: int, rng: random.Random
) -> list[SimulatedStudent]:
    """Return the class in which some have copied; who copies and from whom is drawn."""
    honest = [student for student in students if not student.submission.is_untouched]
    drawn = rng.sample(honest, min(2 * copies, len(honest) // 2 * 2))
    pairs = {copier.submission.name: owner for copier, owner in zip(drawn[::2], drawn[1::2], strict=True)}
    return [
        _copied(student, pairs[name], rng) if (name := student.submission.name) in pairs else student
        for student in students
    ]


def _copied(student: SimulatedStudent, owner: SimulatedStudent, rng: random.Random) -> SimulatedStudent:
    theirs = owner.submission.answers
    taken = tuple(name for name in theirs if rng.random() < COPIED_SHARE)
    submission = replace(
        student.submission,
        answers={**student.submission.answers, **{name: theirs[name] for name in taken}},
        unattempted=tuple(name for name in student.submission.unattempted if name not in taken),
    )
    put_in = {**student.put_in, **{name: owner.put_in[name] for name in taken}}
    return SimulatedStudent(submission, put_in, owner.submission.name, taken)


def _due(assignment: Assignment) -> datetime:
    """Return when the lesson is due, which is noted in the gradebook if it was not."""
    from nbgrader.api import Gradebook  # slow to import

    with Gradebook(assignment.course.folders.db_url) as gradebook:
        found = gradebook.find_assignment(assignment.lesson)
        if found.duedate is None:
            found.duedate = DUE
            gradebook.db.commit()
        return found.duedate


def _write_key(file: Path, students: Sequence[SimulatedStudent], seed: int) -> None:
    """Write what was put in, to compare with what is found."""
    key = {student.submission.name: asdict(student) for student in students}
    for entry in key.values():
        submission = entry.pop("submission")
        shown = ("is_untouched", "without_tests", "timestamp", "has_labels")
        entry |= {name: submission[name] for name in shown}
    file.write_text(json.dumps({"seed": seed, "students": key}, indent=1))
