"""Lesson 4: its cases meet the contract; right answers in other styles pass, slips get their names."""

import math
import warnings

import numpy as np
import pytest
from scipy import special

from grader import lessons
from grader.diagnosis.references import SHIPPED
from grader.judge import judge_function

EXERCISES = lessons.load("04_softmax_cross_entropy").exercises
OF_LOGITS = ("softmax", "log_softmax", "softmax_cross_entropy_gradient")


def one_hot(y, P):
    return np.eye(P.shape[1])[y]


def soft(Z):
    return special.softmax(Z, axis=1)


def tags_of(name):
    return set().union(*(case.tags for case in EXERCISES[name].cases(np.random.default_rng(0))))


@pytest.mark.parametrize("name", EXERCISES)
def test_cases_meet_the_contract(name):
    if name in OF_LOGITS or name == "backward_softmax":
        assert {"lesson", "square", "integer", "saturated", "one example", "one class"} <= tags_of(name)
    if name == "backward_softmax":
        assert {"depth 1", "depth 2", "depth 3", "depth 4"} <= tags_of(name)
    assert EXERCISES[name].stable == (name in OF_LOGITS)


@pytest.mark.parametrize("name", OF_LOGITS)
def test_saturated_logits_reach_as_far_as_the_contract(name):
    cases = [case for case in EXERCISES[name].cases(np.random.default_rng(1)) if "saturated" in case.tags]
    largest = [np.abs(case.arguments[0]).max() for case in cases]
    assert max(largest) == 1e4
    assert any((case.arguments[0] < -1000).all() for case in cases)


def test_probabilities_are_above_0_and_reach_1():
    for name in ("cross_entropy", "sparse_cross_entropy"):
        P = [case.arguments[1] for case in EXERCISES[name].cases(np.random.default_rng(2))]
        assert all((array > 0).all() and (array <= 1).all() for array in P)
        assert any((array == 1).any() and array.shape[1] > 1 for array in P)


def test_labels_are_of_both_kinds():
    Y = [case.arguments[0] for case in EXERCISES["cross_entropy"].cases(np.random.default_rng(3))]
    assert {array.dtype.kind for array in Y} == {"i", "f"}
    for name in ("sparse_cross_entropy", "softmax_cross_entropy_gradient"):
        for case in EXERCISES[name].cases(np.random.default_rng(3)):
            [y] = [argument for argument in case.arguments if argument.ndim == 1]
            assert y.dtype == np.int64


def test_squared_errors_come_in_any_shape():
    shapes = [
        case.arguments[0].shape for case in EXERCISES["mean_squared_error"].cases(np.random.default_rng(4))
    ]
    assert {len(shape) for shape in shapes} == {1, 2, 3}


def test_the_first_layers_gradients_are_far_above_the_absolute_tolerance():
    for referenced in SHIPPED.of(EXERCISES["backward_softmax"]):
        if not referenced.case.tags & {"saturated", "integer"} and referenced.case.context.sizes[-1] > 1:
            assert np.abs(referenced.want["dW1"]).max() > 1e-5


# --- Right answers in other styles ------------------------------------------------------------------


def softmax_in_loops(Z):
    P = np.zeros(Z.shape)
    for i, row in enumerate(Z):
        largest = max(row)
        total = sum(math.exp(z - largest) for z in row)
        for k, z in enumerate(row):
            P[i, k] = math.exp(z - largest) / total
    return P


def softmax_of_columns(Z):
    u = np.exp(Z.T - Z.T.max(axis=0))
    return (u / u.sum(axis=0)).T


def cross_entropy_by_boolean_index(Y, P):
    return np.array(-np.log(P[Y.astype(bool)]).mean())


def sparse_by_taking_along(y, P):
    return -np.log(np.take_along_axis(P, y[:, None], axis=1)).mean()


def jacobian_in_loops(z):
    p = soft(z[None])[0]
    return np.array([[p[i] * ((i == j) - p[j]) for j in range(len(z))] for i in range(len(z))])


def jacobian_as_a_product(z):
    u = np.exp(z)
    s = u.sum()
    return (np.eye(len(z)) - np.outer(u / s, np.ones(len(z)))) / s @ np.diag(u)


def gradient_row_by_row(Z, y):
    rows = [soft(z[None])[0] - (np.arange(len(z)) == k) for z, k in zip(Z, y, strict=True)]
    return np.array(rows) / len(y)


def backward_in_columns(params, cache, y):
    """The convention of other courses: an example is a column, and the mean comes last."""
    depth, m, grads = len(params) // 2, len(y), {}
    delta = cache[f"A{depth}"].T - one_hot(y, cache[f"A{depth}"]).T
    for layer in range(depth, 0, -1):
        A = cache[f"A{layer - 1}"].T
        grads[f"dW{layer}"], grads[f"db{layer}"] = (delta @ A.T / m).T, delta.mean(axis=1)
        delta = params[f"W{layer}"] @ delta * A * (1 - A)
    return grads


def backward_by_recursion(params, cache, y):
    def go(layer, dZ):
        A_prev = cache[f"A{layer - 1}"]
        grads = {f"dW{layer}": np.einsum("ij,ik->jk", A_prev, dZ), f"db{layer}": np.ones(len(y)) @ dZ}
        if layer == 1:
            return grads
        slope = special.expit(cache[f"Z{layer - 1}"])
        return grads | go(layer - 1, np.einsum("ik,jk->ij", dZ, params[f"W{layer}"]) * slope * (1 - slope))

    depth = len(params) // 2
    return go(depth, gradient_row_by_row(cache[f"Z{depth}"], y))


RIGHT = [
    ("softmax", soft),
    ("softmax", softmax_in_loops),
    ("softmax", softmax_of_columns),
    ("log_softmax", lambda Z: Z - np.logaddexp.reduce(Z, axis=1, keepdims=True, dtype=float)),
    ("log_softmax", lambda Z: Z - special.logsumexp(Z, axis=1, keepdims=True)),
    ("cross_entropy", cross_entropy_by_boolean_index),
    ("cross_entropy", lambda Y, P: -np.einsum("ij,ij->", Y, np.log(P)) / Y.shape[0]),
    ("sparse_cross_entropy", sparse_by_taking_along),
    ("sparse_cross_entropy", lambda y, P: sum(-math.log(p[k]) for p, k in zip(P, y, strict=True)) / len(y)),
    ("softmax_jacobian", jacobian_in_loops),
    ("softmax_jacobian", jacobian_as_a_product),
    ("softmax_cross_entropy_gradient", gradient_row_by_row),
    ("backward_softmax", backward_in_columns),
    ("backward_softmax", backward_by_recursion),
    ("mean_squared_error", lambda Y, A: ((A - Y).ravel() @ (A - Y).ravel()) / A.size),
    ("mean_squared_error_gradient", lambda Y, A: (A - Y) / (A.size / 2)),
]


@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_a_right_answer_in_any_style_is_right(name, function):
    for seed in range(20):
        verdict = judge_function(EXERCISES[name], function, seed)
        assert verdict.status == "correct", str(verdict)


# --- Slips as learners write them -------------------------------------------------------------------


def naive(Z):
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


def without_keepdims(Z):
    u = np.exp(Z - Z.max(axis=1, keepdims=True))
    return u / u.sum(axis=1)


def of_a_flat_array(z):
    p = soft(z[None])[0]
    return np.diag(p) - p.T @ p


def of_a_matrix_of_one_row(z):
    p = soft(z[None])
    return np.diag(p) - p.T @ p


def into_an_array_of_integers(Z):
    P = np.empty_like(Z)
    for i, row in enumerate(Z):
        P[i] = np.exp(row - row.max()) / np.exp(row - row.max()).sum()
    return P


def in_place(Z):
    Z -= Z.max(axis=1, keepdims=True)
    return soft(Z)


def the_long_way(Z, y):
    P = soft(Z)
    return np.stack([g @ jacobian_in_loops(z) for g, z in zip(-one_hot(y, P) / P, Z, strict=True)]) / len(y)


def in_all_rows(Z, y):
    P = soft(Z)
    P[:, y] -= 1
    return P / len(y)


def backward_from(output, hidden=lambda dZ, W, A: dZ @ W.T * A * (1 - A)):
    """Return a backward pass with `output(P, Y, Z)` for its first step and `hidden` for the others."""

    def backward(params, cache, y):
        depth, grads = len(params) // 2, {}
        P = cache[f"A{depth}"]
        dZ = output(P, one_hot(y, P), cache[f"Z{depth}"])
        for layer in range(depth, 0, -1):
            A_prev = cache[f"A{layer - 1}"]
            grads[f"dW{layer}"], grads[f"db{layer}"] = A_prev.T @ dZ, dZ.sum(axis=0)
            if layer > 1:
                dZ = hidden(dZ, params[f"W{layer}"], A_prev)
        return grads

    return backward


def changed_probabilities(params, cache, y):
    P = cache[f"A{len(params) // 2}"]
    P[np.arange(len(y)), y] -= 1
    return backward_from(lambda P, Y, Z: P / len(P))(params, cache, y)


WRONG = [
    ("softmax", "wrong-axis", lambda Z: special.softmax(Z, axis=0)),
    ("softmax", "wrong-axis", special.softmax),
    ("softmax", "keepdims-missing", without_keepdims),
    ("softmax", "numerically-unstable", naive),
    ("softmax", "numerically-unstable", lambda Z: naive(Z - Z.max())),
    ("softmax", "clipped", lambda Z: naive(np.clip(Z, -500, 500))),
    ("softmax", "clipped", lambda Z: np.clip(soft(Z), 1e-7, 1 - 1e-7)),
    ("softmax", "wrong-activation", special.expit),
    ("softmax", "softmax-of-probabilities", lambda Z: soft(soft(Z))),
    ("softmax", "integer-truncation", into_an_array_of_integers),
    ("softmax", "mutates-arguments", in_place),
    ("softmax", "low-precision", lambda Z: soft(Z.astype(np.float32))),
    ("softmax", "", lambda Z: soft(-Z)),
    ("softmax", "", lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True))),
    ("log_softmax", "numerically-unstable", lambda Z: np.log(soft(Z))),
    ("log_softmax", "numerically-unstable", lambda Z: Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))),
    ("log_softmax", "clipped", lambda Z: np.log(soft(Z) + 1e-8)),
    ("log_softmax", "clipped", lambda Z: np.log(np.clip(soft(Z), 1e-12, 1 - 1e-12))),
    ("log_softmax", "clipped", lambda Z: np.log(soft(Z) + 1e-300)),
    ("log_softmax", "wrong-log-base", lambda Z: special.log_softmax(Z, axis=1) / np.log(2)),
    ("log_softmax", "keepdims-missing", lambda Z: Z - special.logsumexp(Z, axis=1)),
    ("log_softmax", "shift-lost", lambda Z: special.log_softmax(Z, axis=1) + Z.max(axis=1, keepdims=True)),
    ("cross_entropy", "missing-mean", lambda Y, P: -np.sum(Y * np.log(P))),
    ("cross_entropy", "mean-over-wrong-count", lambda Y, P: -np.mean(Y * np.log(P))),
    ("cross_entropy", "mean-over-wrong-count", lambda Y, P: -np.sum(Y * np.log(P)) / Y.shape[1]),
    ("cross_entropy", "not-a-scalar", lambda Y, P: -np.sum(Y * np.log(P), axis=1)),
    ("cross_entropy", "wrong-log-base", lambda Y, P: -np.sum(Y * np.log10(P)) / len(Y)),
    ("cross_entropy", "clipped", lambda Y, P: -np.sum(Y * np.log(P + 1e-9)) / len(Y)),
    ("cross_entropy", "clipped", lambda Y, P: -np.sum(Y * np.log(np.maximum(P, 1e-15))) / len(Y)),
    ("cross_entropy", "labels-swapped", lambda Y, P: -np.sum((1 - Y) * np.log(P)) / len(Y)),
    ("cross_entropy", "softmax-of-probabilities", lambda Y, P: -np.sum(Y * np.log(soft(P))) / len(Y)),
    ("cross_entropy", "ignores-argument", lambda Y, P: -np.mean(np.log(P.max(axis=1)))),
    ("cross_entropy", "wrong-log-base missing-mean", lambda Y, P: -np.sum(Y * np.log2(P))),
    ("sparse_cross_entropy", "class-off-by-one", lambda y, P: -np.log(P[range(len(y)), y - 1]).mean()),
    ("sparse_cross_entropy", "class-off-by-one", lambda y, P: -np.log(P[range(len(y)), y + 1]).mean()),
    ("sparse_cross_entropy", "every-pair-picked", lambda y, P: -np.log(P[:, y]).mean()),
    ("sparse_cross_entropy", "labels-as-rows", lambda y, P: -np.log(P[y, range(len(y))]).mean()),
    ("sparse_cross_entropy", "hard-coded-size", lambda y, P: -np.sum(np.eye(10)[y] * np.log(P)) / len(y)),
    ("sparse_cross_entropy", "one-example-only", lambda y, P: -np.log(P[0, y[0]])),
    ("sparse_cross_entropy", "", lambda y, P: np.mean(1 - P[range(len(y)), y])),
    ("softmax_jacobian", "diagonal-jacobian", lambda z: np.diag(np.diag(jacobian_in_loops(z)))),
    ("softmax_jacobian", "off-diagonal-sign", lambda z: np.abs(jacobian_in_loops(z))),
    ("softmax_jacobian", "wrong-sign", lambda z: -jacobian_in_loops(z)),
    ("softmax_jacobian", "extra-axis", lambda z: jacobian_in_loops(z)[None]),
    ("softmax_jacobian", "broadcast-term", of_a_flat_array),
    ("softmax_jacobian", "broadcast-term", of_a_matrix_of_one_row),
    ("softmax_jacobian", "chain-unfinished", lambda z: np.diag(soft(z[None])[0]) - soft(z[None]).T),
    ("softmax_jacobian", "", lambda z: np.diag(soft(z[None])[0])),
    ("softmax_cross_entropy_gradient", "missing-mean", lambda Z, y: soft(Z) - one_hot(y, Z)),
    ("softmax_cross_entropy_gradient", "missing-one-hot", lambda Z, y: soft(Z) / len(y)),
    ("softmax_cross_entropy_gradient", "missing-one-hot", lambda Z, y: (soft(Z) - y[:, None]) / len(y)),
    ("softmax_cross_entropy_gradient", "wrong-axis", in_all_rows),
    ("softmax_cross_entropy_gradient", "numerically-unstable", the_long_way),
    ("softmax_cross_entropy_gradient", "wrong-sign", lambda Z, y: (one_hot(y, Z) - soft(Z)) / len(y)),
    ("softmax_cross_entropy_gradient", "wrong-sign missing-mean", lambda Z, y: one_hot(y, Z) - soft(Z)),
    (
        "softmax_cross_entropy_gradient",
        "wrong-activation",
        lambda Z, y: (special.expit(Z) - one_hot(y, Z)) / len(y),
    ),
    (
        "softmax_cross_entropy_gradient",
        "missing-one-hot numerically-unstable",
        lambda Z, y: naive(Z) / len(y),
    ),
    ("backward_softmax", "missing-mean", backward_from(lambda P, Y, Z: P - Y)),
    ("backward_softmax", "stops-at-activation", backward_from(lambda P, Y, Z: -Y / P / len(P))),
    (
        "backward_softmax",
        "extra-activation-derivative",
        backward_from(lambda P, Y, Z: (P - Y) * P * (1 - P) / len(P)),
    ),
    ("backward_softmax", "softmax-of-probabilities", backward_from(lambda P, Y, Z: (soft(P) - Y) / len(P))),
    (
        "backward_softmax",
        "weights-transposed",
        backward_from(lambda P, Y, Z: (P - Y) / len(P), lambda dZ, W, A: dZ @ W * A * (1 - A)),
    ),
    (
        "backward_softmax",
        "missing-mean missing-activation-derivative",
        backward_from(lambda P, Y, Z: P - Y, lambda dZ, W, A: dZ @ W.T),
    ),
    ("backward_softmax", "mutates-arguments", changed_probabilities),
    ("mean_squared_error", "missing-mean", lambda Y, A: np.sum((A - Y) ** 2)),
    ("mean_squared_error", "mean-over-wrong-count", lambda Y, A: np.sum((A - Y) ** 2) / len(Y)),
    ("mean_squared_error", "not-a-scalar", lambda Y, A: np.mean((A - Y) ** 2, axis=-1)),
    ("mean_squared_error", "", lambda Y, A: np.sqrt(np.mean((A - Y) ** 2))),
    ("mean_squared_error", "", lambda Y, A: np.mean(np.abs(A - Y))),
    ("mean_squared_error_gradient", "factor-two", lambda Y, A: (A - Y) / A.size),
    ("mean_squared_error_gradient", "factor-two mean-over-wrong-count", lambda Y, A: (A - Y) / len(A)),
    ("mean_squared_error_gradient", "needless-mean", lambda Y, A: np.mean(2 * (A - Y))),
    ("mean_squared_error_gradient", "", lambda Y, A: np.sign(A - Y) / A.size),
]


@pytest.mark.parametrize(("name", "names", "function"), WRONG)
def test_a_slip_gets_its_name(name, names, function):
    """An answer that no name describes gets none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(3):
            verdict = judge_function(EXERCISES[name], function, seed)
            assert verdict.status != "correct"
            assert set(verdict.diagnosis) == set(names.split())
