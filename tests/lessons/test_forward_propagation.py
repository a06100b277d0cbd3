"""Lesson 2: cases as the contract wants them, right answers in other styles, slips as learners write them."""

import math
import warnings
from itertools import pairwise

import numpy as np
import pytest
from scipy import special

from grader import lessons
from grader.diagnosis.references import SHIPPED
from grader.judge import judge_function

EXERCISES = lessons.load("02_forward_propagation").exercises


def cases(name, seed=0):
    return EXERCISES[name].cases(np.random.default_rng(seed))


def tags_of(name):
    return set().union(*(case.tags for case in cases(name)))


# --- Cases ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["dense", "forward", "binary_cross_entropy"])
def test_batches_are_as_the_contract_wants_them(name):
    assert {"lesson", "square", "integer", "saturated", "one example", "one unit"} <= tags_of(name)
    assert len({case.counts["m"] for case in cases(name)}) > 3


def test_one_example_meets_layers_of_all_kinds():
    assert {"lesson", "square", "integer", "saturated", "one unit"} <= tags_of("dense_loop")


@pytest.mark.parametrize("name", ["forward", "count_parameters"])
def test_networks_are_of_all_depths(name):
    assert {"depth 1", "depth 2", "depth 3", "depth 4", "square"} <= tags_of(name)


@pytest.mark.parametrize("name", ["dense_loop", "dense"])
def test_layers_have_all_activations_and_biases_that_are_not_zero(name):
    arguments = [case.arguments for case in cases(name)]
    assert {activation.name for *_, activation in arguments} == {
        "sigmoid", "tanh", "relu", "identity", "softsign",
    }  # fmt: skip
    assert all(np.all(b != 0) for _, _, b, _ in arguments)


def test_labels_are_of_both_kinds_and_hard():
    labels = [case.arguments[0] for case in cases("binary_cross_entropy")]
    assert {Y.dtype.kind for Y in labels} == {"i", "f"}
    assert all(set(np.unique(Y)) <= {0, 1} and Y.any() for Y in labels)


def test_predictions_are_strictly_between_0_and_1():
    for seed in range(20):
        for case in cases("binary_cross_entropy", seed):
            A = case.arguments[1]
            assert np.all((A > 0) & (A < 1))


def test_parts_of_networks_of_another_depth_have_the_names_of_the_lessons_own():
    alias = EXERCISES["forward"].alias
    for case in cases("forward"):
        depth = case.context.depth
        assert alias(f"cache['Z{depth}']", case) == "cache['Z3']"
        assert alias("cache['A0']", case) == "cache['A0']"
        assert alias("A", case) == "A"
        assert alias("cache['A99']", case) == "cache['A99']"
        if depth > 1:
            assert alias("cache['A1']", case) == "cache['A1']"
        if depth == 4:
            assert alias("cache['Z3']", case) == "cache['Z2']"


def test_equal_draws_look_alike_in_any_order_and_with_either_sign():
    form = EXERCISES["glorot_uniform"].canonical
    draws = np.random.default_rng(0).uniform(-1, 1, size=(3, 4))
    other = -np.random.default_rng(1).permutation(draws.ravel()).reshape(3, 4)
    np.testing.assert_array_equal(form(draws), form(other))
    assert form(draws).shape == (3, 4)
    assert not np.array_equal(form(draws), form(np.abs(draws)))


def test_keras_draws_within_the_same_limits():
    from utils.tensorflow import import_tensorflow

    tf = import_tensorflow()
    for referenced in SHIPPED.of(EXERCISES["glorot_uniform"]):
        n_in, n_out, _ = referenced.case.arguments
        draw = tf.keras.initializers.GlorotUniform(tf.keras.random.SeedGenerator(2))
        keras = max(np.abs(draw((n_in, n_out)).numpy()).max() for _ in range(40))
        limit = math.sqrt(6 / (n_in + n_out))
        assert 0.9 * limit < keras <= limit * (1 + 1e-6)
        assert np.abs(referenced.want["W"]).max() <= limit


# --- Right answers in other styles ------------------------------------------------------------------


def unit_by_unit(a_prev, W, b, activation):
    return np.array(
        [float(activation(np.dot(column, a_prev) + bias)) for column, bias in zip(W.T, b, strict=True)]
    )


def input_by_input(a_prev, W, b, activation):
    z = b.astype(float)
    for a, weights in zip(a_prev, W, strict=True):
        z += a * weights
    return activation(z)


def example_by_example(A_prev, W, b, activation):
    A = np.empty((len(A_prev), W.shape[1]))
    for i in range(A.shape[0]):
        for k in range(A.shape[1]):
            A[i, k] = activation(math.fsum(A_prev[i] * W[:, k]) + b[k])
    return A


def in_columns(A_prev, W, b, activation):
    return activation(W.T @ A_prev.T + b.reshape(-1, 1)).T


def with_a_column_of_ones(A_prev, W, b, activation):
    return activation(np.hstack([A_prev, np.ones((len(A_prev), 1))]) @ np.vstack([W, b]))


def forward_in_columns(X, params):
    A, cache, layer = X.T, {"A0": X}, 1
    while f"W{layer}" in params:
        Z = params[f"W{layer}"].T @ A + params[f"b{layer}"][:, None]
        A = special.expit(Z)
        cache |= {f"Z{layer}": Z.T, f"A{layer}": A.T}
        layer += 1
    return A.T, cache


def forward_by_recursion(X, params):
    def go(A, layer, cache):
        if f"W{layer}" not in params:
            return A, cache
        Z = np.einsum("ij,jk->ik", A, params[f"W{layer}"]) + params[f"b{layer}"]
        A = 0.5 * (1 + np.tanh(Z / 2))
        return go(A, layer + 1, {f"A{layer}": A, f"Z{layer}": Z, **cache})

    return go(X, 1, {"A0": X.astype(float)})


def forward_with_more_in_the_cache(X, params):
    A, cache = forward_in_columns(X, params)
    return [A, {**cache, **params, "depth": len(params) // 2, "X": X}]


def cost_in_a_loop(Y, A):
    total = 0.0
    for y, a in zip(Y[:, 0], A[:, 0], strict=True):
        total -= math.log(a) if y == 1 else math.log1p(-a)
    return total / len(Y)


def cost_by_scalar_products(Y, A):
    return -(Y.T @ np.log(A) + (1 - Y).T @ np.log1p(-A)).item() / len(Y)


def limit_of(n_in, n_out):
    return math.sqrt(6 / (n_in + n_out))


def row_by_row(n_in, n_out, rng):
    r = limit_of(n_in, n_out)
    return np.array([rng.uniform(-r, r, n_out) for _ in range(n_in)])


def weight_by_weight(n_in, n_out, rng):
    W, r = np.zeros((n_in, n_out)), limit_of(n_in, n_out)
    for k in range(n_out):
        for j in range(n_in):
            W[j, k] = rng.uniform(-r, r)
    return W


def unit_draws_scaled(n_in, n_out, rng):
    return (2 * rng.uniform(size=(n_out, n_in)).T - 1) * limit_of(n_in, n_out)


def upside_down(n_in, n_out, rng):
    return -rng.uniform(-limit_of(n_in, n_out), limit_of(n_in, n_out), size=(n_in, n_out))


RIGHT = [
    ("dense_loop", unit_by_unit),
    ("dense_loop", input_by_input),
    ("dense_loop", lambda a, W, b, g: np.fromiter((g(z) for z in a @ W + b), float)),
    ("dense", example_by_example),
    ("dense", in_columns),
    ("dense", with_a_column_of_ones),
    ("dense", lambda A, W, b, g: np.vectorize(g, otypes=[float])(np.einsum("ij,jk->ik", A, W) + b)),
    ("forward", forward_in_columns),
    ("forward", forward_by_recursion),
    ("forward", forward_with_more_in_the_cache),
    (
        "count_parameters",
        lambda sizes: sum(map(math.prod, pairwise(sizes))) + sum(sizes[1:]),
    ),
    ("count_parameters", lambda sizes: np.int64(np.array([*sizes[:-1]]) @ sizes[1:] + np.sum(sizes[1:]))),
    ("binary_cross_entropy", cost_in_a_loop),
    ("binary_cross_entropy", cost_by_scalar_products),
    ("binary_cross_entropy", lambda Y, A: np.array(-np.log(np.where(Y == 1, A, 1 - A)).mean())),
    ("glorot_uniform", row_by_row),
    ("glorot_uniform", weight_by_weight),
    ("glorot_uniform", unit_draws_scaled),
    ("glorot_uniform", upside_down),
]


@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_a_right_answer_in_any_style_is_right(name, function):
    for seed in range(20):
        verdict = judge_function(EXERCISES[name], function, seed)
        assert verdict.status == "correct", str(verdict)


# --- Slips as learners write them -------------------------------------------------------------------


def row_for_column(a_prev, W, b, activation):
    return np.array([activation(a_prev @ W[k] + b[k]) for k in range(len(b))])


def into_an_array_like_the_biases(a_prev, W, b, activation):
    a = np.zeros_like(b)
    for k in range(len(b)):
        a[k] = activation(a_prev @ W[:, k] + b[k])
    return a


def of_the_lessons_size(A_prev, W, b, activation):
    A = np.zeros((12, 25))
    for i in range(12):
        for k in range(25):
            A[i, k] = activation(A_prev[i] @ W[:, k] + b[k])
    return A


def what_the_loop_left(A_prev, W, b, activation):
    for a_prev in A_prev:
        a = activation(a_prev @ W + b)
    return a


def forward_with(hidden=special.expit, output=special.expit, kept=lambda Z, A: (Z, A), names="ZA", bias=1):
    """A forward pass with something of its own."""

    def forward(X, params):
        A, cache, depth = X, {"A0": X}, len(params) // 2
        for layer in range(1, depth + 1):
            Z = A @ params[f"W{layer}"] + bias * params[f"b{layer}"]
            A = (output if layer == depth else hidden)(Z)
            cache[f"{names[0]}{layer}"], cache[f"{names[1]}{layer}"] = kept(Z, A)
        return A, cache

    return forward


def three_layers(X, params):
    A, cache = X, {"A0": X}
    for layer in (1, 2, 3):
        Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
        A = special.expit(Z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = Z, A
    return A, cache


def without_the_input(X, params):
    A, cache = forward_with()(X, params)
    del cache["A0"]
    return A, cache


def losses(Y, A):
    return -Y * np.log(A) - (1 - Y) * np.log(1 - A)


def drawn(limit):
    return lambda n_in, n_out, rng: rng.uniform(-limit(n_in, n_out), limit(n_in, n_out), (n_in, n_out))


GLOROT = drawn(limit_of)


def counted(of_layer):
    return lambda sizes: sum(of_layer(n_in, n_out) for n_in, n_out in pairwise(sizes))


WRONG = [
    ("dense_loop", row_for_column, "weights-transposed"),
    ("dense_loop", into_an_array_like_the_biases, "integer-truncation"),
    ("dense_loop", lambda a, W, b, g: g(a @ W + b)[None], "extra-axis"),
    ("dense_loop", lambda a, W, b, g: [float(v) for v in g(a @ W + b)], None),
    ("dense_loop", lambda a, W, b, g: special.expit(a @ W + b), "wrong-activation"),
    ("dense", lambda A, W, b, g: A @ W + b, "activation-skipped"),
    ("dense", lambda A, W, b, g: g(A @ W), "bias-skipped"),
    ("dense", lambda A, W, b, g: g(A @ W) + b, None),
    ("dense", lambda A, W, b, g: g(A @ W + b[:, None]), "raises"),
    ("dense", lambda A, W, b, g: g(W.T @ A.T + b[:, None]), "transposed"),
    ("dense", lambda A, W, b, g: g(A @ W + b).mean(axis=0), "needless-mean"),
    ("dense", lambda A, W, b, g: g(A.mean(axis=0) @ W + b), "needless-mean"),
    ("dense", lambda A, W, b, g: g((A @ W + b).astype(np.float32)), "low-precision"),
    ("dense", of_the_lessons_size, "hard-coded-size"),
    ("dense", what_the_loop_left, "one-example-only"),
    ("forward", forward_with(hidden=lambda z: z), "hidden-layer-linear"),
    ("forward", forward_with(output=lambda z: z), "output-layer-linear"),
    ("forward", forward_with(hidden=np.tanh), "wrong-activation"),
    ("forward", forward_with(output=lambda z: special.softmax(z, axis=1)), "wrong-activation"),
    ("forward", forward_with(kept=lambda Z, A: (Z, Z)), "activation-skipped"),
    ("forward", forward_with(kept=lambda Z, A: (A, A)), "pre-activation-overwritten"),
    ("forward", forward_with(names="za"), "wrong-keys"),
    ("forward", forward_with(bias=0), "bias-skipped"),
    ("forward", without_the_input, "wrong-keys"),
    ("forward", lambda X, params: forward_with()(X, params)[::-1], "swapped-outputs"),
    ("forward", lambda X, params: forward_with()(X, params)[0], "wrong-keys"),
    ("forward", three_layers, "hard-coded-size"),
    ("count_parameters", lambda sizes: 2031, "hard-coded-size"),
    ("count_parameters", counted(lambda n_in, n_out: n_in * n_out), "bias-skipped"),
    ("count_parameters", counted(lambda n_in, n_out: n_in * (n_out + 1)), "bias-for-input"),
    ("count_parameters", counted(lambda n_in, n_out: float((n_in + 1) * n_out)), None),
    ("binary_cross_entropy", lambda Y, A: np.mean(losses(Y.ravel(), A)), "wrong-axis"),
    ("binary_cross_entropy", lambda Y, A: np.mean(losses(Y, A.T)), "wrong-axis"),
    ("binary_cross_entropy", lambda Y, A: np.sum(losses(Y, A)), "missing-mean"),
    ("binary_cross_entropy", lambda Y, A: np.sum(losses(Y, A)) / len(Y) ** 2, "double-mean"),
    ("binary_cross_entropy", lambda Y, A: np.sum(losses(Y, A)) / Y.sum(), "mean-over-wrong-count"),
    ("binary_cross_entropy", lambda Y, A: np.sum(losses(Y, A)) / 12, "hard-coded-size"),
    ("binary_cross_entropy", lambda Y, A: losses(Y, A), "not-a-scalar"),
    ("binary_cross_entropy", lambda Y, A: np.mean(losses(Y, A), axis=0), "not-a-scalar"),
    ("binary_cross_entropy", lambda Y, A: np.mean(-losses(Y, A)), "wrong-sign"),
    ("binary_cross_entropy", lambda Y, A: np.mean(losses(Y, np.clip(A, 1e-12, 1 - 1e-12))), "clipped"),
    ("binary_cross_entropy", lambda Y, A: np.mean(losses(Y, A + 1e-7)), None),
    ("binary_cross_entropy", lambda Y, A: np.mean((Y - A) ** 2), None),
    ("glorot_uniform", drawn(lambda n_in, n_out: 6 / (n_in + n_out)), None),
    ("glorot_uniform", drawn(lambda n_in, n_out: math.sqrt(6 / n_in)), None),
    ("glorot_uniform", drawn(lambda n_in, n_out: math.sqrt(6 / (n_in * n_out))), None),
    ("glorot_uniform", drawn(lambda n_in, n_out: math.sqrt(3 / (n_in + n_out))), "constant-factor"),
    ("glorot_uniform", drawn(lambda n_in, n_out: limit_of(n_in, n_out) / 2), "factor-two"),
    ("glorot_uniform", drawn(lambda n_in, n_out: limit_of(64, 25)), "hard-coded-size"),
    ("glorot_uniform", lambda n_in, n_out, rng: GLOROT(n_out, n_in, rng), "transposed"),
    ("glorot_uniform", lambda n_in, n_out, rng: rng.normal(0, limit_of(n_in, n_out), (n_in, n_out)), None),
    ("glorot_uniform", lambda n_in, n_out, rng: rng.uniform(0, limit_of(n_in, n_out), (n_in, n_out)), None),
    ("glorot_uniform", lambda n_in, n_out, rng: GLOROT(n_in, n_out, np.random), "ignores-argument"),
    (
        "glorot_uniform",
        lambda n_in, n_out, rng: GLOROT(n_in, n_out, np.random.default_rng(1)),
        "ignores-argument",
    ),
]


@pytest.mark.parametrize(("name", "function", "slip"), WRONG)
def test_a_wrong_answer_is_wrong_for_its_reason(name, function, slip):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(5):
            verdict = judge_function(EXERCISES[name], function, seed)
            assert verdict.status in ("incorrect", "error")
            assert verdict.diagnosis == ((slip,) if slip else ()), str(verdict)
            assert verdict.score < EXERCISES[name].points
