"""The shipped references are those that TensorFlow computes now."""

import numpy as np
import pytest

from grader import lessons
from grader.authoring import references
from grader.authoring.source import BuildError
from grader.diagnosis.references import compute_all, save


def test_the_shipped_references_are_fresh():
    references.check_fresh()


@pytest.fixture
def few(monkeypatch):
    """As if the course had one exercise."""
    dense = lessons.load("02_forward_propagation").exercises["dense"]
    fresh = {"02_forward_propagation/dense": compute_all(dense, seed=0)}
    monkeypatch.setattr(references, "computed", lambda: fresh)
    return fresh


def test_they_are_built_once(tmp_path, few):
    file = tmp_path / "references.npz"
    assert references.build(file) == [file]
    assert references.build(file) == []
    references.check_fresh(file)


@pytest.mark.parametrize("change", [1e-12, 0.5])
def test_a_reference_that_tensorflow_does_not_compute_is_named(tmp_path, few, change):
    file = tmp_path / "references.npz"
    [(key, (drawn, (first, *others)))] = few.items()
    moved = {name: value * (1 + change) for name, value in first.items()}
    save(file, {key: (drawn, [moved, *others])})
    with pytest.raises(BuildError, match="02_forward_propagation/dense are not.*make build"):
        references.check_fresh(file)
    assert references.build(file) == [file]


def test_what_no_lesson_has_any_more_is_named(tmp_path, few):
    file = tmp_path / "references.npz"
    save(file, {**few, "02_forward_propagation/gone": few["02_forward_propagation/dense"]})
    with pytest.raises(BuildError, match="02_forward_propagation/gone"):
        references.check_fresh(file)


def test_rounding_in_the_last_digit_is_no_change(tmp_path, few):
    file = tmp_path / "references.npz"
    [(key, (drawn, wants))] = few.items()
    save(file, {key: (drawn, [{n: np.nextafter(v, 2) for n, v in want.items()} for want in wants])})
    references.check_fresh(file)
