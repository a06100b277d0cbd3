"""A lesson is found in the gradebook with its one notebook and its cells."""

import pytest
from nbgrader import api

from grader.classroom.errors import ClassroomError
from grader.classroom.gradebook import Gradebook


def test_the_cells_of_a_release(small_gradebook, tmp_path):
    cells = Gradebook(small_gradebook).released_cells("ps")
    assert cells.names == {"f", "test_f", "why", "draw"}
    assert cells.checksums == {"test_f": "sum of test_f", "draw": "sum of draw"}
    assert cells.points == {"test_f": 2, "why": 4}
    assert Gradebook(small_gradebook).released_cells("other") is None
    assert Gradebook(f"sqlite:///{tmp_path / 'none.db'}").released_cells("ps") is None
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "empty.db").touch()
    assert Gradebook(f"sqlite:///{tmp_path / 'empty.db'}").released_cells("ps") is None


def test_an_assignment_of_several_notebooks_is_left_to_nbgrader(small_gradebook):
    with api.Gradebook(small_gradebook) as nbgraders:
        nbgraders.add_notebook("more", "ps")
    for action in (
        lambda: Gradebook(small_gradebook).record("ps", []),
        lambda: Gradebook(small_gradebook).grades("ps"),
    ):
        with pytest.raises(ClassroomError, match="nbgrader autograde ps"):
            action()
    assert Gradebook(small_gradebook).released_cells("ps").points == {"test_f": 2, "why": 4}


def test_an_unknown_lesson(small_gradebook):
    with pytest.raises(ClassroomError, match="other is not in the gradebook.*nbgrader generate_assignment"):
        Gradebook(small_gradebook).grades("other")
