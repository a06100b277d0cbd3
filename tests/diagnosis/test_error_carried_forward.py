"""A part that follows from an earlier mistake is not counted as wrong again; any other wrong part is."""

import warnings

import numpy as np
import pytest

from grader import check, lessons
from grader.diagnosis.error_carried_forward import following_parts
from grader.diagnosis.references import SHIPPED
from grader.judge import judge_function
from tests.diagnosis.helpers import result_of

EXERCISES = {
    f"{lesson[:2]}-{name}": exercise
    for lesson in lessons.names()
    for name, exercise in lessons.load(lesson).exercises.items()
    if exercise.carry_forward
}


def judged(exercise, function, seed=0):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return judge_function(exercise, function, seed, carried_forward=True)


def slip(exercise, name, number=0):
    return [slip for slip in exercise.slips if slip.name == name][number]


def with_slip(exercise, *slips, change=lambda answer: answer):
    return lambda *arguments: change(exercise.answer(arguments, slips))


def following(verdict):
    return [part.name for part in verdict.parts if part.follows]


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
@pytest.mark.parametrize("seed", range(2))
def test_right_parts_carried_forward_give_the_reference(exercise, seed):
    for referenced in SHIPPED.of(exercise, seed):
        own = {name: np.asarray(value, np.float64) for name, value in referenced.want.items()}
        for name, expected in exercise.carry_forward(referenced.case, own).items():
            want, is_known = own[name], np.isfinite(expected)
            assert np.allclose(
                np.asarray(expected)[is_known], want[is_known], rtol=0, atol=1e-9 * np.abs(want).max() + 1e-12
            )


CARRIED = [
    # exercise, slip, the share of the points that is left, what follows
    ("03-backward", "extra-activation-derivative", 5 / 6, ["dW3", "dW2", "db2", "dW1", "db1"]),
    ("03-backward", "missing-activation-derivative", 4 / 6, ["dW2", "dW1"]),
    ("03-backward", "bias-gradient-missing", 3 / 6, []),
    ("03-backward", "wrong-layer-input", 3 / 6, []),
    ("03-per_example_gradients", "missing-one-hot", 5 / 6, ["dW3", "dW2", "db2", "dW1", "db1"]),
    ("04-backward_softmax", "missing-one-hot", 5 / 6, ["dW3", "dW2", "db2", "dW1", "db1"]),
    ("01-gradient", "extra-activation-derivative", 1 / 2, ["dw"]),
    ("01-gradient_descent", "extra-activation-derivative", 1 / 3, ["history"]),
    ("01-gradient_descent", "history-before-update", 2 / 3, []),
    ("02-forward", "hidden-layer-linear", 6 / 8, ["A", "cache['Z2']", "cache['Z3']", "cache['A3']"]),
    ("05-fit", "missing-mean", 1 / 2, ["history"]),
    ("05-fit", "last-batch-dropped", 0, []),
    ("05-adam_step", "no-bias-correction", 1 / 2, []),
]


@pytest.mark.parametrize(("key", "name", "share", "carried"), CARRIED)
@pytest.mark.parametrize("seed", range(3))
def test_parts_that_follow_from_a_slip_earn_their_points(key, name, share, carried, seed):
    exercise = EXERCISES[key]
    verdict = judged(exercise, with_slip(exercise, slip(exercise, name)), seed)
    assert verdict.diagnosis == (name,)
    assert verdict.score == pytest.approx(share * verdict.max_score)
    assert following(verdict) == carried


def test_the_verdict_names_the_slip_once_and_says_what_follows():
    exercise = EXERCISES["03-backward"]
    function = with_slip(exercise, slip(exercise, "extra-activation-derivative"))
    function.__name__ = "backward"
    verdict = check(function, lesson="03_backpropagation")
    assert verdict.score == 0
    assert verdict.observation.startswith("On the lesson's 64-25-15-1 network, `db3` is ")
    assert "`dW3`, `dW2`, `db2`, `dW1`, `db1` are right, given your own `db3`." in verdict.observation
    assert [part["follows"] for part in verdict.as_dict()["parts"]] == [True, False, True, True, True, True]
    assert "↪ dW1" in str(verdict)
    assert "↪ follows" in verdict._repr_html_()
    assert check(function, lesson="03_backpropagation", carried_forward=True).score == pytest.approx(
        4 * 5 / 6
    )


def test_an_error_that_has_no_name_is_carried_forward_too():
    exercise = EXERCISES["03-backward"]

    def backward(params, cache, Y):
        depth, grads = len(params) // 2, {}
        A = cache[f"A{depth}"]
        dZ = np.sin(7 * A) * (A - Y) ** 3 + 0.1
        for layer in range(depth, 0, -1):
            A = cache[f"A{layer - 1}"]
            grads[f"dW{layer}"], grads[f"db{layer}"] = A.T @ dZ, dZ.sum(axis=0)
            dZ = (dZ @ params[f"W{layer}"].T) * A * (1 - A)
        return grads

    verdict = judged(exercise, backward)
    assert verdict.diagnosis == ()
    assert "are right, given your own `db3`." in verdict.observation
    for name in ("dW2", "db2", "dW1", "db1"):
        spoilt = judged(exercise, lambda *a, name=name: {**backward(*a), name: -backward(*a)[name]})
        assert name not in following(spoilt)


@pytest.mark.parametrize("key", [key for key, exercise in EXERCISES.items() if exercise.made_in])
def test_a_slip_that_spoils_one_kind_of_part_changes_a_step_that_computes_it(key):
    """Otherwise the part that such a slip spoils would count as following from others."""
    exercise = EXERCISES[key]
    for wrong in exercise.slips:
        parts = [part.name for part in judged(exercise, with_slip(exercise, wrong)).parts if not part.ok]
        for start, steps in exercise.made_in.items():
            if all(name.startswith(start) for name in parts):
                assert wrong.steps.keys() & {"answer", *steps}, (wrong.name, start)


def changed(answer, name, change):
    """An answer with one of its parts changed; `name` is as a verdict has it."""
    if isinstance(answer, dict):
        head, _, rest = name.partition("[")
        if not rest and head in answer:
            return {**answer, head: change(answer[head])}
        return answer
    return answer


CHANGES = {
    "scaled": lambda value: 1.5 * value,
    "negative": lambda value: -value,
    "shifted": lambda value: np.roll(value, 1) + 1e-3,
    "zero": lambda value: 0 * value,
    "off in one entry": lambda value: (
        value + 1e-4 * (np.arange(np.size(value)).reshape(np.shape(value)) == 0)
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("key", ["03-backward", "03-per_example_gradients", "04-backward_softmax"])
def test_a_part_that_is_wrong_in_itself_never_follows(key, change):
    exercise = EXERCISES[key]
    for first in (slip(exercise, "missing-one-hot"), slip(exercise, "missing-activation-derivative")):
        for part in following(judged(exercise, with_slip(exercise, first))):
            spoilt = with_slip(exercise, first, change=lambda g, part=part: changed(g, part, change))
            assert part not in following(judged(exercise, spoilt)), (first.name, part)


TUPLES = {
    "01-gradient": ("extra-activation-derivative", lambda g, f: (f(g[0]), g[1]), "dw"),
    "01-gradient_descent": (
        "extra-activation-derivative",
        lambda g, f: (*g[:2], [float(f(np.array(h))) for h in g[2]]),
        "history",
    ),
    "05-fit": ("missing-mean", lambda g, f: (g[0], [float(f(np.array(h))) for h in g[1]]), "history"),
    "05-adam_step": (
        "moments-swapped",
        lambda g, f: ({n: f(v) for n, v in g[0].items()}, g[1]),
        "params['W1']",
    ),
    "02-forward": (
        "hidden-layer-linear",
        lambda g, f: (g[0], {n: f(v) if n == "Z2" else v for n, v in g[1].items()}),
        "cache['Z2']",
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("key", TUPLES)
def test_a_part_of_a_tuple_that_is_wrong_in_itself_never_follows(key, change):
    exercise, (name, spoil, part) = EXERCISES[key], TUPLES[key]
    first = slip(exercise, name)
    assert part in following(judged(exercise, with_slip(exercise, first)))
    spoilt = with_slip(exercise, first, change=lambda answer: spoil(answer, change))
    assert part not in following(judged(exercise, spoilt))


def test_two_slips_are_two_errors():
    """A history with a mistake of its own does not follow from a wrong gradient."""
    exercise = EXERCISES["01-gradient_descent"]
    both = slip(exercise, "extra-activation-derivative"), slip(exercise, "history-before-update")
    verdict = judged(exercise, with_slip(exercise, *both))
    assert set(verdict.diagnosis) == {"extra-activation-derivative", "history-before-update"}
    assert following(verdict) == []
    assert verdict.score == 0


def test_zeros_follow_from_nothing():
    exercise = EXERCISES["03-backward"]
    verdict = judged(exercise, lambda params, cache, Y: {f"d{n}": 0.0 * v for n, v in params.items()})
    assert verdict.score == 0


def test_on_a_tape_each_gradient_is_judged_by_the_one_it_comes_from():
    """Only the sigmoid's rule is wrong, so all gradients follow except that of the sigmoid's input."""
    exercise = EXERCISES["06-backward"]
    wrong = slip(exercise, "missing-activation-derivative")
    referenced = next(q for q in SHIPPED.of(exercise) if q.case.label == "a chain of four steps")
    result = result_of(exercise, with_slip(exercise, wrong), referenced)
    assert [part.name for part in result.parts if part.ok] == ["j", "a"]
    assert following_parts(result) == {"p", "b", "w", "x"}
