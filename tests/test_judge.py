"""Right answers in different styles, and the status, score and parts of a verdict."""

import json
import warnings

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.describe import NUMPY_TAKES_NO_ARRAY
from grader.judge import judge_function, missing


def output_delta_loops(A, Y):
    dZ = np.zeros(A.shape)
    for i in range(A.shape[0]):
        dZ[i, 0] = (A[i, 0] - Y[i, 0]) / A.shape[0]
    return dZ


def hidden_delta_in_columns(dZ_next, W_next, A):
    return ((W_next @ dZ_next.T) * (A.T - A.T**2)).T


def hidden_delta_with_matrices(dZ_next, W_next, A):
    return np.asarray(np.matrix(dZ_next) * np.matrix(W_next).T) * A * (1 - A)


def parameter_gradients_einsum(A_prev, dZ):
    return [np.einsum("mi,mj->ij", A_prev, dZ), np.einsum("mj->j", dZ)]


def backward_recursive(params, cache, Y):
    def layers(layer, dZ):
        A_prev = cache[f"A{layer - 1}"]
        grads = {f"dW{layer}": A_prev.T.dot(dZ), f"db{layer}": np.ones(len(dZ)) @ dZ}
        if layer > 1:
            slope = A_prev * (1 - A_prev)
            grads |= layers(layer - 1, np.einsum("mj,ij,mi->mi", dZ, params[f"W{layer}"], slope))
        return grads

    depth = sum(name.startswith("W") for name in params)
    return layers(depth, (cache[f"A{depth}"] - Y) / Y.shape[0])


VARIANTS = [
    ("output_delta", output_delta_loops),
    ("output_delta", lambda A, Y: np.mean([1.0]) * np.divide(np.subtract(A, Y), np.size(Y))),
    ("hidden_delta", hidden_delta_in_columns),
    ("hidden_delta", hidden_delta_with_matrices),
    ("parameter_gradients", parameter_gradients_einsum),
    ("backward", backward_recursive),
]


@pytest.mark.parametrize(("name", "function"), VARIANTS)
@pytest.mark.parametrize("seed", range(10))
def test_a_right_answer_in_any_style_is_right(exercises, name, function, seed):
    verdict = judge_function(exercises[name], function, seed)
    assert verdict.status == "correct", str(verdict)
    assert verdict.score == verdict.max_score == exercises[name].points


def test_the_score_is_the_share_of_right_parts(exercises):
    def parameter_gradients(A_prev, dZ):
        return A_prev.T @ dZ, dZ

    verdict = judge_function(exercises["parameter_gradients"], parameter_gradients)
    assert verdict.score == 1.0
    assert [(part.name, part.ok) for part in verdict.parts] == [("dW", True), ("db", False)]
    assert verdict.parts[1].got_shape == (12, 15)
    assert verdict.parts[1].want_shape == (15,)


def _adam(keep=lambda state: state, move=lambda params: params):
    exercise = lessons.load("05_matching_keras").exercises["adam_step"]

    def adam_step(*arguments):
        params, state = exercise.answer(arguments)
        return move(params), keep(state)

    return judge_function(exercise, adam_step)


def test_parts_are_worth_what_the_exercise_says():
    exercise = lessons.load("05_matching_keras").exercises["fit"]
    verdict = judge_function(
        exercise, lambda *arguments: (exercise.answer(arguments)[0], [0.5] * arguments[4])
    )
    assert verdict.score == 2.0
    assert _adam(move=lambda params: {name: value * np.nan for name, value in params.items()}).score == 2.0


def test_a_step_that_cannot_be_used_twice_earns_at_most_half():
    verdict = _adam(keep=lambda state: {**state, "t": state["t"] - 1})
    assert sum(part.ok for part in verdict.parts) == len(verdict.parts) - 1
    assert verdict.score == 2.0


def test_all_points_are_given_to_parts():
    for lesson in lessons.names():
        for exercise in lessons.load(lesson).exercises.values():
            assert not exercise.worth or sum(exercise.worth.values()) == exercise.points


def test_an_error_on_the_lessons_own_case_scores_nothing(exercises):
    verdict = judge_function(exercises["backward"], lambda params, cache, Y: cache["A9"])
    assert (verdict.status, verdict.score) == ("error", 0.0)


def test_parts_of_other_depths_do_not_blur_the_lessons_own(exercises, solution):
    def backward(params, cache, Y):
        grads = solution["backward"](params, cache, Y)
        return {**grads, "db1": grads["db1"][None, :]}

    verdict = judge_function(exercises["backward"], backward)
    assert [part.name for part in verdict.parts if not part.ok] == ["db1"]
    assert verdict.diagnosis == ("extra-axis",)


def test_a_loop_without_end_is_a_timeout(exercises, monkeypatch):
    monkeypatch.setattr("grader.judge.TIME_LIMIT", 0.2)

    def output_delta(A, Y):
        while True:
            pass

    verdict = judge_function(exercises["output_delta"], output_delta)
    assert (verdict.status, verdict.score, verdict.diagnosis) == ("timeout", 0.0, ())


WRONG = {
    "shape": lambda A, Y: np.zeros(3),
    "nan": lambda A, Y: A * np.nan,
    "tuple": lambda A, Y: (A, Y),
    "dict": lambda A, Y: {"dZ": A},
    "list": lambda A, Y: ((A - Y) / len(A)).tolist(),
    "text": lambda A, Y: "dZ",
    "complex": lambda A, Y: (A - Y) / len(A) + 0j,
    "objects": lambda A, Y: np.array([[object()]] * len(A)),
    "raises": lambda A, Y: 1 / 0,
    "huge": lambda A, Y: A * 1e308,
    "function": lambda A, Y: print,
}


@pytest.mark.parametrize("function", WRONG.values(), ids=WRONG)
def test_any_answer_makes_a_verdict_as_json_text_and_html(exercises, function):
    verdict = judge_function(exercises["output_delta"], function)
    assert verdict.status != "correct"
    assert verdict.score == 0
    json.dumps(verdict.as_dict(), allow_nan=False)
    assert "output_delta" in str(verdict)
    assert verdict._repr_html_().startswith("<div")
    assert verdict.message


def test_a_function_that_is_not_there(exercises):
    verdict = missing(exercises["backward"])
    assert (verdict.status, verdict.score, verdict.max_score) == ("missing", 0.0, 4.0)
    assert "no function called `backward`" in verdict.message


def test_what_newer_libraries_refuse_is_said_of_right_answers_too(solution, exercises):
    def output_delta(A, Y):
        warnings.warn(
            "Conversion of an array with ndim > 0 to a scalar is deprecated", DeprecationWarning, stacklevel=1
        )
        return solution["output_delta"](A, Y)

    verdict = judge_function(exercises["output_delta"], output_delta)
    assert verdict.status == "correct"
    assert "from NumPy 2.4 on that is an error" in verdict.message
    assert "NumPy" not in judge_function(exercises["output_delta"], solution["output_delta"]).message


@pytest.mark.skipif(not NUMPY_TAKES_NO_ARRAY, reason="an older NumPy only warns")
def test_an_error_of_version_is_named_as_one(exercises):
    verdict = judge_function(exercises["output_delta"], lambda A, Y: float(np.array([1.0])))
    assert verdict.status == "error"
    assert f"NumPy {np.__version__} refuses an array of one element" in verdict.message


def test_an_example_is_of_the_notebooks_own_cases(exercises):
    answer = exercises["output_delta"].answer
    own, secret = (
        judge_function(exercises["output_delta"], lambda A, Y: 2 * answer((A, Y)), seed) for seed in (0, 1)
    )
    assert own.example.startswith("For example, `output_delta([[")
    assert own.example in str(own) and "For example, " in own._repr_html_()
    assert secret.example == ""
