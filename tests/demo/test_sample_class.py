"""The sample class hands in the release with answers filled in."""

import nbformat
import pytest

from grader.classroom.cells import grade_id, id_of_test, is_answer, is_test, is_written_answer
from grader.classroom.errors import ClassroomError
from grader.demo.sample_class import make_class
from grader.demo.submissions import (
    DELETED_TEST,
    FULL_SOLUTION,
    MISSING_MEAN,
    UNTOUCHED,
    WRITTEN_ANSWER,
)
from tests.course_folder import short_class, submitted

MADE = (FULL_SOLUTION, MISSING_MEAN, UNTOUCHED, DELETED_TEST)


@pytest.fixture
def cells(tmp_path):
    """The cells of each submission by its name."""
    course = short_class(tmp_path / "course", MADE)
    return {one.name: nbformat.read(submitted(course, one.name), as_version=4).cells for one in MADE}


def test_answers_are_filled_in(cells):
    def sources(submission, is_kind):
        return {grade_id(cell): cell.source for cell in cells[submission.name] if is_kind(cell)}

    full, slip = sources(FULL_SOLUTION, is_answer), sources(MISSING_MEAN, is_answer)
    assert slip == {**full, **MISSING_MEAN.answers}
    assert not any("SOLUTION" in source or "NotImplementedError" in source for source in full.values())
    assert all("NotImplementedError" in source for source in sources(UNTOUCHED, is_answer).values())
    assert set(sources(FULL_SOLUTION, is_written_answer).values()) == {WRITTEN_ANSWER}
    deleted = sources(FULL_SOLUTION, is_test).keys() - sources(DELETED_TEST, is_test).keys()
    assert deleted == {id_of_test(name) for name in DELETED_TEST.without_tests}


def test_a_lesson_without_notebooks_is_named(tmp_path):
    with pytest.raises(ClassroomError, match="make build"):
        make_class(tmp_path / "course", source=tmp_path / "07_none")
