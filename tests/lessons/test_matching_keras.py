"""Lesson 5: references against Keras itself, what the cases cover, wrong answers with and without a name."""

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.references import SHIPPED
from grader.judge import judge_function
from tests.conftest import solution_functions
from tests.lessons.keras_runs import float64, keras_history, keras_steps
from utils.data import load_digits, split
from utils.network import initialize
from utils.tensorflow import import_tensorflow

LESSON = "05_matching_keras"
EXERCISES = lessons.load(LESSON).exercises


@pytest.fixture(scope="module")
def functions():
    """The lesson's own solution: `{name: function}`."""
    return solution_functions(LESSON)


def each_case_of(name):
    return [pytest.param(referenced, id=referenced.case.label) for referenced in SHIPPED.of(EXERCISES[name])]


# --- The references are what Keras does -------------------------------------------------------------


@pytest.mark.parametrize("referenced", each_case_of("fit"))
def test_the_reference_of_fit_is_what_keras_does(referenced):
    """Weights and history, with smaller last batches, soft labels and a batch size above m."""
    params, losses = keras_history(*referenced.case.arguments)
    np.testing.assert_allclose(referenced.want["history"], losses, rtol=1e-12)
    for name, value in params.items():
        np.testing.assert_allclose(referenced.want[f"params[{name!r}]"], value, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("batch_size", [64, 270])
def test_fit_stays_with_keras_for_a_hundred_epochs(functions, batch_size):
    """The digits, the network and the learning rate of the lesson, compared to twelve digits."""
    X, _, y, _ = split(*load_digits(classes=(0, 1)), seed=3)
    Y, start = y[:, np.newaxis].astype(float), initialize([64, 25, 15, 1], seed=3)
    params, history = functions["fit"](X, Y, start, 0.4, 100, batch_size)
    theirs, losses = keras_history(X, Y, start, 0.4, 100, batch_size)
    np.testing.assert_allclose(history, losses, rtol=1e-12)
    for name, value in theirs.items():
        np.testing.assert_allclose(params[name], value, rtol=0, atol=1e-12 * np.abs(value).max())


@pytest.mark.parametrize("referenced", each_case_of("adam_step"))
def test_the_reference_of_adam_is_keras_but_for_the_rounding_of_its_betas(referenced):
    """One step from the state of the case, exact where float32 holds the betas, else to about 1e-5."""
    tf = import_tensorflow()
    params, grads, state, *others = referenced.case.arguments
    settings = dict(zip(("learning_rate", "beta_1", "beta_2", "epsilon"), others, strict=False))
    betas = settings.get("beta_1", 0.9), settings.get("beta_2", 0.999)
    exact = all(float(np.float32(beta)) == beta for beta in betas)
    with float64():
        optimizer = tf.keras.optimizers.Adam(**settings)
        variables = {name: tf.keras.Variable(value, dtype="float64") for name, value in params.items()}
        optimizer.build(list(variables.values()))
        optimizer.iterations.assign(state["t"])
        past = [v for v in optimizer.variables if "momentum" in v.path or "velocity" in v.path]
        for variable, name in zip(past, [n for n in params for _ in "mv"], strict=True):
            variable.assign(state["m" if "momentum" in variable.path else "v"][name])
        optimizer.apply([tf.constant(grads[f"d{name}"], tf.float64) for name in params])
    for name, variable in variables.items():
        step = referenced.want[f"params[{name!r}]"] - params[name]
        near = (1e-12 if exact else 2e-5) * np.abs(step).max()
        np.testing.assert_allclose(variable.numpy() - params[name], step, rtol=0, atol=near)
    for variable, name in zip(past, [n for n in params for _ in "mv"], strict=True):
        kind = "m" if "momentum" in variable.path else "v"
        np.testing.assert_allclose(variable, referenced.want[f"state[{kind!r}][{name!r}]"], rtol=1e-12)


def test_adam_with_exact_betas_stays_with_keras_for_many_steps(functions):
    rng = np.random.default_rng(0)
    params, zeros = {"W1": rng.normal(size=(3, 2))}, {"W1": np.zeros((3, 2))}
    state = {"t": 0, "m": zeros, "v": zeros}
    gradients = rng.normal(size=(50, 3, 2))
    settings = {"beta_1": 0.5, "beta_2": 0.75, "learning_rate": 0.1, "epsilon": 1e-7}
    found = keras_steps(params["W1"], gradients, **settings)
    for gradient, (value, m, v) in zip(gradients, found, strict=True):
        params, state = functions["adam_step"](params, {"dW1": gradient}, state, 0.1, 0.5, 0.75, 1e-7)
        for mine, theirs in ((params["W1"], value), (state["m"]["W1"], m), (state["v"]["W1"], v)):
            np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("referenced", each_case_of("sgd_step"))
def test_the_reference_of_sgd_is_what_keras_does(referenced):
    tf = import_tensorflow()
    params, grads, learning_rate = referenced.case.arguments
    with float64():
        optimizer = tf.keras.optimizers.SGD(learning_rate)
        for name, value in params.items():
            variable = tf.keras.Variable(value, dtype="float64")
            optimizer.build([variable])
            optimizer.apply([tf.constant(grads[f"d{name}"], tf.float64)], [variable])
            np.testing.assert_allclose(variable, referenced.want[name], rtol=1e-12, atol=1e-14)
            optimizer = tf.keras.optimizers.SGD(learning_rate)


@pytest.mark.parametrize("referenced", each_case_of("predict_classes"))
def test_the_reference_of_the_classes_is_keras_but_for_the_tie(referenced):
    keras, (A,) = import_tensorflow().keras, referenced.case.arguments
    classes = referenced.want["classes"]
    assert classes.dtype.kind == "i"
    if A.shape[1] > 1:
        hits = keras.metrics.sparse_categorical_accuracy(classes, A)
        np.testing.assert_array_equal(hits, 1)
    else:
        hits = keras.metrics.binary_accuracy(classes[:, None], A)
        near_half = np.float32(A[:, 0]) == 0.5
        np.testing.assert_array_equal(np.asarray(hits)[~near_half], 1)
        np.testing.assert_array_equal(classes[A[:, 0] == 0.5], 1)


@pytest.mark.parametrize("referenced", each_case_of("accuracy"))
def test_the_reference_of_the_accuracy_is_what_keras_reports(referenced):
    keras, (y, y_pred) = import_tensorflow().keras, referenced.case.arguments
    assert referenced.want["accuracy"] == pytest.approx(float(keras.metrics.Accuracy()(y, y_pred)), rel=1e-6)


@pytest.mark.parametrize("referenced", each_case_of("leaky_relu"))
def test_the_reference_of_leaky_relu_is_keras_but_for_its_slope_in_float32(referenced):
    keras, (Z, slope) = import_tensorflow().keras, referenced.case.arguments
    layer = keras.layers.LeakyReLU(negative_slope=slope, dtype="float64")
    np.testing.assert_allclose(layer(Z.astype(float)), referenced.want["A"], rtol=1e-7)


@pytest.mark.parametrize("referenced", each_case_of("standardize"))
def test_the_reference_of_standardize_is_keras_where_every_feature_varies(referenced):
    keras, (X_train, X) = import_tensorflow().keras, referenced.case.arguments
    if "constant" in referenced.case.tags:  # Keras divides by a small number there
        constant = (X_train == X_train[0]).all(axis=0)
        np.testing.assert_allclose(referenced.want["X"][:, constant], (X - X_train[0])[:, constant])
        return
    layer = keras.layers.Normalization(dtype="float64")
    layer.adapt(X_train.astype(float))
    deviations = X_train.std(axis=0)
    is_divided_by = np.maximum(deviations, keras.backend.epsilon()) / deviations
    wanted = referenced.want["X"] / is_divided_by  # Keras divides by no smaller deviation than epsilon
    np.testing.assert_allclose(layer(X.astype(float)), wanted, rtol=1e-4, atol=1e-5)


# --- The cases --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXERCISES)
def test_cases_cover_all_kinds_of_arguments(name):
    cases = EXERCISES[name].cases(np.random.default_rng(0))
    tags = set().union(*(case.tags for case in cases))
    if name in ("sgd_step", "adam_step", "fit"):
        assert {"lesson", "square", "integer", "one unit"} <= tags
        assert {"depth 1", "depth 2", "depth 3", "depth 4"} <= tags
    elif name != "accuracy":
        assert {"lesson", "square", "one example", "integer"} <= tags
    else:
        assert {case.arguments[0].dtype.kind for case in cases} == {"i", "f"}


def test_cases_of_fit_cover_all_kinds_of_batches():
    cases = EXERCISES["fit"].cases(np.random.default_rng(0))
    sizes = [(len(case.arguments[0]), case.arguments[5]) for case in cases]
    assert any(m % size == 0 and size < m for m, size in sizes)
    assert any(m % size and size < m for m, size in sizes)
    assert any(m == size for m, size in sizes)
    assert any(m < size for m, size in sizes)
    assert any(size == 1 < m for m, size in sizes)
    assert any(set(np.unique(case.arguments[1])) - {0, 1} for case in cases)


def test_cases_of_adam_cover_all_numbers_of_arguments():
    cases = EXERCISES["adam_step"].cases(np.random.default_rng(0))
    assert {len(case.arguments) for case in cases} >= {3, 4, 5, 6, 7}
    assert {0, 1, 9, 1000} <= {case.arguments[2]["t"] for case in cases}


def test_slopes_lie_on_both_sides_of_one():
    slopes = {case.arguments[1] for case in EXERCISES["leaky_relu"].cases(np.random.default_rng(0))}
    assert {0.0, 1.0} < slopes
    assert max(slopes) > 1


# --- Wrong answers ----------------------------------------------------------------------------------


def test_another_dtype_is_seen_but_not_named(functions):
    for dtype in (float, bool):
        verdict = judge_function(
            EXERCISES["predict_classes"],
            lambda A, dtype=dtype: functions["predict_classes"](A).astype(dtype) if A.shape[1] == 1 else 0,
        )
        assert verdict.diagnosis == ()
        assert "where integers are asked for" in verdict.observation


def test_the_maximum_is_seen_to_fail_for_a_slope_above_one():
    verdict = judge_function(EXERCISES["leaky_relu"], lambda Z, slope: np.maximum(Z, slope * Z))
    assert verdict.diagnosis == ("larger-branch",)
    assert "a slope above 1" in verdict.observation


def test_finding_constant_features_by_their_deviation_is_named():
    def by_their_deviation(X_train, X):
        deviation = X_train.std(axis=0)
        return (X - X_train.mean(axis=0)) / np.where(deviation == 0, 1.0, deviation)

    verdict = judge_function(EXERCISES["standardize"], by_their_deviation)
    assert verdict.diagnosis == ("numerically-unstable",)
    assert "0.1 in all of training" in verdict.observation


def test_the_deviation_of_the_constant_feature_of_0_1_is_not_zero():
    cases = EXERCISES["standardize"].cases(np.random.default_rng(0))
    (X_train,) = [case.arguments[0] for case in cases if "0.1 in all" in case.label]
    assert np.ptp(X_train[:, 1]) == 0 < X_train.std(axis=0)[1]


def test_ignored_moments_are_named(functions):
    def without_moments(params, grads, state, *settings):
        zeros = {name: np.zeros(np.shape(value)) for name, value in params.items()}
        return functions["adam_step"](params, grads, {**state, "m": zeros, "v": zeros}, *settings)

    (finding,) = judge_function(EXERCISES["adam_step"], without_moments).findings
    assert (finding.name, finding.detail) == ("ignores-argument", "the moments in state")


def test_a_wrong_slope_at_zero_is_seen_and_named():
    verdict = judge_function(EXERCISES["leaky_relu_gradient"], lambda Z, slope: np.where(Z >= 0, 1.0, slope))
    assert verdict.diagnosis == ("derivative-at-zero",)
    assert "exactly 0" in verdict.observation


@pytest.mark.parametrize("threshold", [0.4, 0.45, 0.51, 0.55])
@pytest.mark.parametrize("seed", range(5))
def test_another_threshold_has_no_name_whatever_the_seed(functions, threshold, seed):
    def predict_classes(A):
        return (A[:, 0] >= threshold).astype(int) if A.shape[1] == 1 else functions["predict_classes"](A)

    assert judge_function(EXERCISES["predict_classes"], predict_classes, seed).diagnosis == ()
