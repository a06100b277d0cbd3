"""Which written answers of a submission are as they were when it was graded last."""

from __future__ import annotations

from grader.classroom.cells import Notebook, grade_id, is_written_answer
from grader.classroom.repair.read_notebook import parse_release


def unchanged_answers(nb: Notebook, graded_before: bytes | None) -> frozenset[str]:
    """Return the grade ids of written answers that have the text of the autograded notebook of last time.

    A mark by hand for such an answer need not be given again. Without a notebook of last time there is none.
    """
    try:
        before = _written_answers(parse_release(graded_before or b""))
    except (ValueError, LookupError, TypeError):
        return frozenset()
    return frozenset(name for name, text in _written_answers(nb).items() if before.get(name) == text)


def _written_answers(nb: Notebook) -> dict[str, str]:
    return {grade_id(cell): cell["source"] for cell in nb["cells"] if is_written_answer(cell)}
