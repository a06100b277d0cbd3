"""What has changed in a lesson since a submission was graded, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.classroom.cells import Cell, Notebook, exercise_of, grade_id, is_locked, is_test, label
from grader.classroom.repair.repair_messages import labelled_cell_name

_NAMED = 8
_OTHER = "its code or its files"


@dataclass(frozen=True)
class FollowedChange:
    """That a graded submission has followed `changes` of the lesson; `is_kept` if it need not run again."""

    changes: Sequence[str]
    is_kept: bool


def release_changes(release: Notebook, before: Notebook) -> tuple[str, ...]:
    """Return what of a release has changed since an autograded notebook was graded against an earlier one.

    The labels of such a notebook are those of its release. Of cells without a label it cannot tell.
    """
    earlier = {grade_id(cell): cell for cell in before["cells"] if label(cell)}
    labelled = [cell for cell in release["cells"] if label(cell)]
    found = [words for cell in labelled for words in _changes(cell, earlier.get(grade_id(cell)))]
    return tuple(found) or (_OTHER,)


def _changes(cell: Cell, before: Cell | None) -> Iterator[str]:
    if before is None:
        if is_test(cell):  # an answer cell may be missing where its function is defined elsewhere
            yield labelled_cell_name(cell)
        return
    has_same_points = label(cell).get("points") == label(before).get("points")
    if not has_same_points:
        yield f"the points of `{exercise_of(cell) if is_test(cell) else grade_id(cell)}`"
    if is_locked(cell):
        is_same = cell["source"] == before["source"]
    else:  # nbgrader's checksum is of the released text, but of the points, too
        is_same = not has_same_points or label(cell).get("checksum") == label(before).get("checksum")
    if not is_same:
        yield labelled_cell_name(cell)


def describe_changes(lesson: str, followed: Sequence[FollowedChange]) -> str:
    """Return in two sentences what has changed, how many submissions follow it, and how many ran again."""
    changes = list(dict.fromkeys(words for one in followed for words in one.changes))
    ran = sum(not one.is_kept for one in followed)
    count = len(followed)
    follow = "1 graded submission follows" if count == 1 else f"{count} graded submissions follow"
    again = {0: "none ran again", count: "all ran again"}.get(ran, f"{ran} ran again")
    listed = ", ".join(changes) if len(changes) <= _NAMED else f"{len(changes)} things"
    return f"Changed in {lesson}: {listed}. {follow} it; {again}."
