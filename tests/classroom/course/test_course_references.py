"""A course computes the references to the cases of its secret seed once."""

import pytest

from grader import lessons
from grader.classroom.course import course_references as module
from grader.classroom.course.course_references import FOLDER, open_references

LESSON = "02_forward_propagation"


@pytest.fixture(autouse=True)
def nothing_cached():
    module._references.cache_clear()


@pytest.fixture
def live(monkeypatch):
    """The exercises whose references TensorFlow computes, as they come."""
    computed, compute_all = [], module.compute_all

    def computing(exercise, seed):
        computed.append(exercise.name)
        return compute_all(exercise, seed)

    monkeypatch.setattr(module, "compute_all", computing)
    return computed


def test_they_are_computed_once_for_a_seed_and_kept(tmp_path, live):
    exercises = lessons.load(LESSON).exercises
    first = open_references(tmp_path, LESSON, 5)
    assert live == list(exercises)
    assert (tmp_path / FOLDER / f"{LESSON}.npz").stat().st_mode & 0o077 == 0  # only its owner may read it
    module._references.cache_clear()  # as in another process
    again = open_references(tmp_path, LESSON, 5)
    assert live == list(exercises)
    assert len(again.of(exercises["dense"], 5)) == len(first.of(exercises["dense"], 5))


def test_another_seed_and_a_damaged_file_are_computed_anew(tmp_path, live):
    open_references(tmp_path, LESSON, 5)
    open_references(tmp_path, LESSON, 6)
    assert len(live) == 2 * len(lessons.load(LESSON).exercises)
    (tmp_path / FOLDER / f"{LESSON}.npz").write_bytes(b"PK")
    module._references.cache_clear()
    open_references(tmp_path, LESSON, 6)
    assert len(live) == 3 * len(lessons.load(LESSON).exercises)
