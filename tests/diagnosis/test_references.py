"""References as data: found by their arguments, the same as TensorFlow's, computed where there are none."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.references import (
    LIVE,
    SHIPPED,
    SHIPPED_FILE,
    Draw,
    References,
    StoredReferences,
    compute_all,
    fingerprint,
    save,
)
from grader.judge import judge_function
from grader.learner.functions import Activation
from grader.learner.plain_data import copy_data, identical
from tests.conftest import ROOT
from tests.test_corpus import ENTRIES

EXERCISES = [e for name in lessons.names() for e in lessons.load(name).exercises.values()]


def counting(exercise):
    """The exercise, and a list that grows with each reference that TensorFlow computes."""
    calls = []
    return replace(exercise, reference=lambda case: calls.append(case) or exercise.reference(case)), calls


@pytest.fixture
def exercise():
    return lessons.load("03_backpropagation").exercises["parameter_gradients"]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_every_reference_of_seed_0_is_shipped(exercise):
    assert StoredReferences(SHIPPED_FILE).has(exercise, seed=0)


def test_a_stored_reference_needs_no_tensorflow(exercise):
    watched, calls = counting(exercise)
    assert len(References(SHIPPED_FILE).of(watched)) > 5
    assert calls == []


def test_a_reference_to_other_arguments_is_computed(exercise):
    watched, calls = counting(exercise)
    cases = References(SHIPPED_FILE).of(watched, seed=1)
    assert calls == [referenced.case for referenced in cases]


def test_live_references_are_computed_whatever_is_stored(exercise):
    watched, calls = counting(exercise)
    assert len(References().of(watched)) == len(calls) > 0


def test_what_is_saved_is_read_as_it_was(tmp_path, exercise):
    computed = compute_all(exercise, seed=3)
    save(tmp_path / "new" / "references.npz", {"03_backpropagation/parameter_gradients": computed})
    watched, calls = counting(exercise)
    read = References(tmp_path / "new" / "references.npz").of(watched, seed=3)
    assert calls == []
    assert all(identical(a.want, b) for a, b in zip(read, computed[1], strict=True))


VALUES = {
    "a": np.ones((2, 3)),
    "f": 0.5,
    "l": [1.0, 2.0],
    "n": 7,
    "i": np.arange(3),
    "none": np.zeros((0, 2)),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_every_kind_of_reference_keeps_its_type(tmp_path, exercise, value):
    drawn = Draw.of(exercise, 0)
    save(tmp_path / "one.npz", {f"x/{exercise.name}": (drawn, [{"part": value}] * len(drawn.cases))})
    found = StoredReferences(tmp_path / "one.npz").find(exercise.name, drawn, 0)
    assert identical(found, {"part": value})


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut off", b"[]"])
def test_a_file_that_is_missing_or_damaged_has_nothing(tmp_path, exercise, content):
    file = tmp_path / "references.npz"
    if content is not None:
        file.write_bytes(content)
    assert StoredReferences(file).find(exercise.name, Draw.of(exercise, 0), 0) is None
    assert len(References(file).of(exercise)) > 5


def test_what_another_numpy_draws_is_not_found(exercise):
    drawn = Draw.of(exercise, 0)
    stored = StoredReferences(SHIPPED_FILE)
    assert stored.find(exercise.name, drawn, 0) is not None
    assert stored.find(exercise.name, replace(drawn, seed=1), 0) is None
    assert stored.find(exercise.name, replace(drawn, state="another"), 0) is None
    others = replace(drawn, cases=Draw.of(exercise, 1).cases)
    assert not any(stored.find(exercise.name, others, i) for i in range(len(others.cases)))


# --- Fingerprints -------------------------------------------------------------------------------------


def nudged(value, change):
    """The value with one float in it changed."""
    if isinstance(value, tuple):
        return (nudged(value[0], change), *value[1:])
    value = np.array(value)
    value.flat[1] = change(value.flat[1])
    return value


def test_rounding_is_no_other_argument_and_anything_else_is(exercise):
    arguments = Draw.of(exercise, 0).cases[0].arguments
    same = fingerprint(arguments)
    assert same.fits(fingerprint(copy_data(arguments)))
    assert same.fits(fingerprint(nudged(arguments, lambda x: np.nextafter(x, np.inf))))
    assert not same.fits(fingerprint(nudged(arguments, lambda x: x * (1 + 1e-8))))
    A_prev, dZ = arguments
    for other in (
        (A_prev[::-1], dZ),
        (A_prev.T, dZ),
        (dZ, A_prev),
        (A_prev.astype(np.float32), dZ),
        (A_prev,),
    ):
        assert not same.fits(fingerprint(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, 1.0),
        (1, True),
        ([1, 2], (1, 2)),
        ({"W1": 1.0, "b1": 2.0}, {"b1": 2.0, "W1": 1.0}),
        (Activation("tanh"), Activation("relu")),
        (np.array([1, 2]), np.array([2, 1])),
        (np.random.default_rng(0), np.random.default_rng(1)),
    ],
)
def test_different_arguments_have_different_fingerprints(one, other):
    assert fingerprint((one,)).fits(fingerprint((copy_data(one),)))
    assert not fingerprint((one,)).fits(fingerprint((other,)))


def test_arguments_that_differ_in_their_last_digits_are_told_apart():
    """Cases at a threshold consist of them."""
    half = np.array([0.5, np.nextafter(0.5, 0), 0.25])
    assert fingerprint((half,)).fits(fingerprint((half.copy(),)))
    assert not fingerprint((half,)).fits(fingerprint((half[[1, 0, 2]],)))


def test_what_no_exercise_takes_has_no_fingerprint():
    with pytest.raises(TypeError, match="object is no argument"):
        fingerprint((object(),))


# --- The check ----------------------------------------------------------------------------------------

WITHOUT_TENSORFLOW = """
import json, sys
sys.modules.update(dict.fromkeys(("tensorflow", "keras", "jax", "torch")))  # cannot be imported
from grader import check, lessons
from grader.diagnosis.references import ReferencesMissing
said = {}
for name in lessons.names():
    for exercise in lessons.load(name).exercises.values():
        def function(*arguments, e=exercise): return e.answer(arguments)
        function.__name__ = exercise.name
        said[f"{name}/{exercise.name}"] = check(function, lesson=name).status
try:
    check(function, lesson=name, seed=1)
except ReferencesMissing as missing:
    said["seed 1"] = str(missing)
print(json.dumps(said))
"""


def test_checks_work_without_tensorflow_and_say_where_they_cannot():
    command = [sys.executable, "-W", "ignore", "-c", WITHOUT_TENSORFLOW]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert "TensorFlow, which computes them, can't be imported" in said.pop("seed 1")
    assert len(said) == len(EXERCISES)
    assert set(said.values()) == {"correct"}


def verdict(exercise, function, references):
    np.random.seed(0)  # some answers draw from the global generator
    with np.errstate(all="ignore"):
        return judge_function(exercise, function, references=references)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_verdicts_are_the_same_with_stored_and_with_live_references():
    """On all answers of the corpus, in every word."""
    differ = []
    for lesson, entry in ENTRIES:
        exercise = lessons.load(lesson).exercises[entry.exercise]
        stored, live = (verdict(exercise, entry.function, references) for references in (SHIPPED, LIVE))
        if str(stored) != str(live) or stored.diagnosis != live.diagnosis or stored.score != live.score:
            differ.append(entry.label)
    assert len(ENTRIES) > 1000
    assert not differ
