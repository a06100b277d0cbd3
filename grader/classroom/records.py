"""What grading makes of a submission, as plain data: the record, and the grades that the gradebook keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.classroom.cells import Notebook


@dataclass(frozen=True)
class Record:
    """What grading found about one submission.

    `notebook` is the autograded notebook, `scores` the points of each graded cell by its grade id (None waits
    for a person), `unanswered` the grade ids of the answer cells that were left as released, `verdicts` the
    data of each exercise's verdict by its name, `repairs` and `stopped` sentences for the class table, and
    `seconds` how long each exercise took. `run_key` is the key of its run (see `run.earlier_run`); `is_kept`
    says that this is an earlier run's.
    """

    notebook: Notebook
    scores: Mapping[str, float | None]
    unanswered: frozenset[str]
    verdicts: Mapping[str, Mapping[str, Any]]
    repairs: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    run_key: str = ""
    is_kept: bool = False


@dataclass(frozen=True)
class CellGrade:
    """A graded cell's points; by hand if a person has given some.

    `is_waiting` says that a person is still to mark it, `is_to_remark` that a person marked an earlier
    version of the submission and is to do so again; until then the old mark counts.
    """

    score: float
    max_score: float
    is_waiting: bool = False
    is_to_remark: bool = False


@dataclass(frozen=True)
class Grades:
    """What the gradebook has about one submission: points by grade id, and comments on answers by grade id.

    `score` is the sum less `late_penalty`, as nbgrader's feedback has it. `late_seconds` is by how much the
    submission came after the date when it was due, with its extension.
    """

    score: float
    max_score: float
    late_penalty: float = 0.0
    cells: Mapping[str, CellGrade] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    late_seconds: float = 0.0
