"""Every labelled cell of every lesson is what its label says: setup, answer, test or written answer."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from grader import lessons
from grader.classroom.cells import (
    SETUP,
    exercise_of,
    grade_id,
    has_same_text,
    id_of_test,
    is_answer,
    is_locked,
    is_test,
    is_written_answer,
    label,
)


@pytest.mark.parametrize("lesson", lessons.names())
def test_the_labelled_cells_of_a_lesson(root, lesson):
    nb = nbformat.read(root / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4)
    exercises = list(lessons.load(lesson).exercises)
    tests = [cell for cell in nb["cells"] if is_test(cell)]
    answers = [cell for cell in nb["cells"] if is_answer(cell)]
    written = [cell for cell in nb["cells"] if is_written_answer(cell)]
    assert sorted(map(exercise_of, tests)) == sorted(map(grade_id, answers)) == sorted(exercises)
    assert [grade_id(test) for test in tests] == [id_of_test(exercise_of(test)) for test in tests]
    labelled = {grade_id(cell) for cell in nb["cells"] if label(cell)}
    assert labelled == {SETUP, *map(grade_id, [*tests, *answers, *written])}
    assert all(is_locked(cell) == (is_test(cell) or grade_id(cell) == SETUP) for cell in nb["cells"])


def test_a_cell_without_a_label_is_none_of_them():
    for cell in (new_code_cell("x = 1"), new_markdown_cell("text")):
        assert (label(cell), grade_id(cell)) == ({}, None)
        assert not (is_locked(cell) or is_test(cell) or is_answer(cell) or is_written_answer(cell))


def test_white_space_around_text_and_at_line_ends_makes_no_difference():
    assert has_same_text(new_code_cell("a = 1  \nb = 2\n\n"), new_code_cell("a = 1\nb = 2"))
    assert not has_same_text(new_code_cell("a = 1\n b = 2"), new_code_cell("a = 1\nb = 2"))
