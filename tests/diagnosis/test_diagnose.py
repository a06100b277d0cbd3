"""Wrong answers, most of them to exercises of lesson 3, and the names that the whole diagnosis gives them."""

import numpy as np
import pytest

from grader.judge import judge_function
from grader.lessons import load


@pytest.fixture
def judged(exercises, solution):
    """Judge a variation of a right answer: `judged(name, change)` with `change(answer, *arguments)`."""

    def judge(name, change, seed=0):
        def function(*arguments):
            return change(solution[name](*arguments), *arguments)

        return judge_function(exercises[name], function, seed)

    return judge


RELATIONS = {
    "wrong-sign": lambda dZ, *a: -dZ,
    "factor-two": lambda dZ, *a: dZ * 2,
    "constant-factor": lambda dZ, *a: dZ * -0.3,
    "transposed": lambda dZ, *a: dZ.T.copy(),
    "extra-axis": lambda dZ, *a: dZ[:, :, None],
    "low-precision": lambda dZ, *a: dZ.astype(np.float32),
    "mean-over-wrong-count": lambda dZ, dZ_next, W, A: dZ * len(A) / A.shape[1],
}


@pytest.mark.parametrize("name", RELATIONS)
@pytest.mark.parametrize("seed", range(5))
def test_a_relation_to_the_right_answer_has_a_name(judged, name, seed):
    verdict = judged("hidden_delta", RELATIONS[name], seed)
    assert verdict.diagnosis == (name,)
    assert verdict.status == "incorrect"


def test_two_slips_that_make_one_constant_go_before_it():
    exercise = load("01_logistic_regression").exercises["loss"]

    def loss(f, y):
        return y * np.log2(f) + (1 - y) * np.log2(1 - f)

    assert set(judge_function(exercise, loss).diagnosis) == {"wrong-log-base", "wrong-sign"}


def test_float32_that_was_widened_again_is_low_precision(judged):
    verdict = judged("hidden_delta", lambda dZ, *a: dZ.astype(np.float32).astype(float))
    assert verdict.diagnosis == ("low-precision",)


def test_swapped_outputs(judged):
    assert judged("parameter_gradients", lambda g, *a: g[::-1]).diagnosis == ("swapped-outputs",)


def test_a_part_that_stands_in_its_place_is_not_swapped():
    exercise = load("01_logistic_regression").exercises["gradient"]

    def gradient(*arguments):
        dw, _ = exercise.answer(arguments)
        return dw, float(dw.mean())

    assert judge_function(exercise, gradient).diagnosis == ()


def test_zeros_are_not_explained_by_a_slip_that_leaves_rounding_errors():
    exercise = load("04_softmax_cross_entropy").exercises["backward_softmax"]

    def backward_softmax(params, cache, y):
        grads = exercise.answer((params, cache, y))
        last = str(len(params) // 2)
        return {name: value if name[2:] == last else np.zeros_like(value) for name, value in grads.items()}

    for seed in range(3):
        assert judge_function(exercise, backward_softmax, seed).diagnosis == ("ignores-argument",)


def test_missing_misnamed_and_extra_entries(judged):
    def without_biases(grads, *a):
        return {name: value for name, value in grads.items() if name.startswith("dW")}

    assert judged("backward", without_biases).diagnosis == ("wrong-keys",)
    assert judged("backward", lambda g, *a: {**g, "dZ1": 0.0}).diagnosis == ("wrong-keys",)
    assert judged("backward", lambda g, *a: {k[1:]: v for k, v in g.items()}).diagnosis == ("wrong-keys",)
    assert judged("backward", lambda g, *a: {**g, "db1": None}).diagnosis == ("wrong-keys",)
    assert judged("parameter_gradients", lambda g, *a: (g[0], None)).diagnosis == ("wrong-keys",)
    assert judged("parameter_gradients", lambda g, *a: g[0]).diagnosis == ("wrong-keys",)


def test_half_of_the_parts_half_of_the_points(judged):
    verdict = judged("backward", lambda g, *a: {k: v * (2 if k[1] == "b" else 1) for k, v in g.items()})
    assert verdict.diagnosis == ("factor-two",)
    assert verdict.score == verdict.max_score / 2
    assert [part.name for part in verdict.parts if part.ok] == ["dW3", "dW2", "dW1"]


def test_one_layer_only(judged):
    verdict = judged("backward", lambda g, *a: {**g, "dW1": g["dW1"] * 2})
    assert verdict.diagnosis == ("factor-two",)
    assert [part.name for part in verdict.parts if not part.ok] == ["dW1"]


@pytest.mark.parametrize("is_right", [lambda layer, depth: layer == depth, lambda layer, depth: layer == 1])
def test_some_layers_only(judged, is_right):
    def averaged(grads, params, cache, Y):
        depth = len(params) // 2
        alone = {name for name in grads if name.startswith("dW") or is_right(int(name[2:]), depth)}
        return {name: value if name in alone else value / len(Y) for name, value in grads.items()}

    assert judged("backward", averaged).diagnosis == ("double-mean",)


def test_a_layer_that_is_wrong_in_other_cases_has_to_be_wrong_in_all(judged):
    def averaged(grads, params, cache, Y):
        return grads if len(params) == 2 else {name: value / len(Y) for name, value in grads.items()}

    assert judged("backward", averaged).diagnosis == ()


def test_needless_mean(judged):
    def averaged(grads, params, X, Y):
        return {name: value / len(X) for name, value in grads.items()}

    assert judged("per_example_gradients", averaged).diagnosis == ("needless-mean",)


def test_changed_arguments_cost_the_points_and_are_named(exercises, solution):
    def output_delta(A, Y):
        A -= Y
        return A / len(A)

    verdict = judge_function(exercises["output_delta"], output_delta)
    assert verdict.diagnosis == ("mutates-arguments",)
    assert verdict.score == 0


def test_an_entry_changed_and_put_back_is_no_change(exercises):
    def numerical_gradient(f, theta, eps=1e-5):
        if theta.dtype.kind != "f":
            theta = theta.astype(float)
        gradient = np.empty(theta.shape)
        for i in np.ndindex(theta.shape):
            old = theta[i]
            theta[i] = old + eps
            up = f(theta)
            theta[i] = old - eps
            gradient[i] = (up - f(theta)) / (2 * eps)
            theta[i] = old
        return gradient

    assert judge_function(exercises["numerical_gradient"], numerical_gradient).status == "correct"


def test_integer_truncation(exercises):
    def numerical_gradient(f, theta, eps=1e-5):
        gradient = np.empty_like(theta)
        for i in np.ndindex(theta.shape):
            step = np.zeros(theta.shape)
            step[i] = eps
            gradient[i] = (f(theta + step) - f(theta - step)) / (2 * eps)
        return gradient

    verdict = judge_function(exercises["numerical_gradient"], numerical_gradient)
    assert verdict.diagnosis == ("integer-truncation",)


def test_a_slip_and_an_array_of_integers_that_is_changed_in_place(exercises):
    def hidden_delta(dZ_next, W_next, A):
        dA = dZ_next @ W_next.T
        dA *= 1 - A
        return dA

    verdict = judge_function(exercises["hidden_delta"], hidden_delta)
    assert verdict.diagnosis == ("half-activation-derivative", "raises")


def test_low_precision_that_breaks_down_where_saturated():
    def sigmoid(z):
        e = np.exp(np.asarray(z, np.float32))
        return e / (1 + e)

    verdict = judge_function(load("01_logistic_regression").exercises["sigmoid"], sigmoid)
    assert verdict.diagnosis == ("low-precision", "numerically-unstable")


def test_clipping(exercises):
    def output_delta(A, Y):
        return (np.clip(A, 1e-5, 1 - 1e-5) - Y) / len(A)

    assert judge_function(exercises["output_delta"], output_delta).diagnosis == ("clipped",)


def test_breaking_down_where_saturated(exercises, solution):
    def hidden_delta(dZ_next, W_next, A):
        right = solution["hidden_delta"](dZ_next, W_next, A)
        return np.where(np.abs(A - 0.5).max() > 0.4999999, np.nan, right)

    assert judge_function(exercises["hidden_delta"], hidden_delta).diagnosis == ("numerically-unstable",)


def test_hard_coded_depth_goes_before_the_exception_it_causes(exercises, solution):
    def backward(params, cache, Y):
        if "W3" not in params:
            raise KeyError("W3")
        kept = {f"{kind}{layer}": params[f"{kind}{layer}"] for kind in "Wb" for layer in (1, 2, 3)}
        return solution["backward"](kept, cache, Y)

    verdict = judge_function(exercises["backward"], backward)
    assert verdict.diagnosis == ("hard-coded-size",)
    assert verdict.status == "incorrect"


def test_hard_coded_units(exercises):
    def parameter_gradients(A_prev, dZ):
        dW = np.zeros((25, 15))
        for i in range(25):
            for j in range(15):
                dW[i, j] = A_prev[:, i] @ dZ[:, j]
        return dW, dZ.sum(axis=0)

    verdict = judge_function(exercises["parameter_gradients"], parameter_gradients)
    assert verdict.diagnosis == ("hard-coded-size",)


def test_an_argument_that_is_ignored_is_named(exercises):
    fixed = np.random.default_rng(0).normal(size=(25, 15))

    def hidden_delta(dZ_next, W_next, A):
        W = fixed if W_next.shape == fixed.shape else np.ones_like(W_next)
        return dZ_next @ W.T * A * (1 - A) + 0.1

    verdict = judge_function(exercises["hidden_delta"], hidden_delta)
    assert verdict.diagnosis == ("ignores-argument",)
    assert "W_next" in verdict.message


def test_an_exception_without_a_cause_that_is_known(exercises):
    def output_delta(A, Y):
        return A @ Y

    verdict = judge_function(exercises["output_delta"], output_delta)
    assert (verdict.status, verdict.diagnosis) == ("error", ("raises",))
    assert "A @ Y" in verdict.message


def test_a_stub_and_a_forgotten_return(exercises):
    def stub(*arguments):
        raise NotImplementedError

    for function in (stub, lambda *arguments: None):
        verdict = judge_function(exercises["backward"], function)
        assert (verdict.status, verdict.diagnosis, verdict.score) == ("missing", ("not-implemented",), 0)


def test_a_tensor_is_forbidden(exercises, solution):
    from utils.tensorflow import import_tensorflow

    tf = import_tensorflow()
    tensors = {"dZ": tf.zeros((12, 1))}  # made elsewhere: the function itself mentions no library
    for function in (lambda A, Y: tf.constant((A - Y) / len(A)), lambda *arguments: tensors["dZ"]):
        verdict = judge_function(exercises["output_delta"], function)
        assert (verdict.status, verdict.diagnosis, verdict.score) == ("forbidden", ("uses-autodiff",), 0)
    verdict = judge_function(exercises["backward"], lambda *arguments: tensors)
    assert (verdict.status, verdict.diagnosis) == ("forbidden", ("uses-autodiff",))


PAIRS = [
    ("backward", "missing-mean", "missing-activation-derivative"),
    ("backward", "extra-activation-derivative", "bias-gradient-not-summed"),
    ("parameter_gradients", "double-mean", "bias-gradient-missing"),
    ("input_gradient", "missing-mean", "chain-cut"),
]


@pytest.mark.parametrize(("name", "first", "second"), PAIRS)
@pytest.mark.parametrize("seed", range(3))
def test_two_slips_get_both_names(exercises, name, first, second, seed):
    exercise = exercises[name]
    slips = [next(s for s in exercise.slips if s.name == wanted) for wanted in (first, second)]

    def function(*arguments):
        return exercise.answer(arguments, tuple(slips))

    assert set(judge_function(exercise, function, seed).diagnosis) == {first, second}


def test_a_slip_and_a_relation_get_both_names(exercises):
    def hidden_delta(dZ_next, W_next, A):
        return -(dZ_next @ W_next.T)

    verdict = judge_function(exercises["hidden_delta"], hidden_delta)
    assert set(verdict.diagnosis) == {"missing-activation-derivative", "wrong-sign"}


UNKNOWN = {
    "noise": lambda dZ, *a: dZ + np.random.default_rng(0).normal(size=dZ.shape),
    "one row": lambda dZ, *a: np.where(np.arange(len(dZ))[:, None] == 0, dZ + 0.3, dZ),
    "square": lambda dZ, *a: dZ**2,
    "another constant a call": lambda dZ, *a: dZ * (1.7 + dZ.size),
    "normalised": lambda dZ, *a: dZ / np.linalg.norm(dZ),
    "a small number added": lambda dZ, *a: dZ + 1e-7,
    "a small factor": lambda dZ, *a: dZ * (1 + 3e-9),
    "rounded to decimals": lambda dZ, *a: np.round(dZ, 6),
    "small noise": lambda dZ, *a: dZ + 1e-6 * np.random.default_rng(0).normal(size=dZ.shape),
    "nan": lambda dZ, *a: dZ * np.nan,
}


def test_labels_that_are_averaged_or_sorted_are_not_ignored(exercises):
    for wrong in (lambda Y: Y.mean(), lambda Y: np.sort(Y, axis=0)):
        verdict = judge_function(exercises["output_delta"], lambda A, Y, wrong=wrong: (A - wrong(Y)) / len(A))
        assert verdict.diagnosis == ()


def test_a_constant_ignores_every_argument(exercises):
    verdict = judge_function(exercises["output_delta"], lambda A, Y: np.zeros(A.shape))
    assert verdict.diagnosis == ("ignores-argument",)
    assert "(A, Y)" in verdict.message


def test_arguments_rounded_to_float32_are_low_precision(exercises, solution):
    def hidden_delta(dZ_next, W_next, A):
        rounded = [a.astype(np.float32).astype(float) for a in (dZ_next, W_next, A)]
        return solution["hidden_delta"](*rounded)

    assert judge_function(exercises["hidden_delta"], hidden_delta).diagnosis == ("low-precision",)


def test_truncation_to_the_type_of_either_argument(exercises):
    def by_input(A_prev, dZ):
        dW = np.zeros((A_prev.shape[1], dZ.shape[1]), dtype=A_prev.dtype)
        dW[:] = A_prev.T @ dZ
        return dW, dZ.sum(axis=0)

    def by_labels(A, Y):
        dZ = np.zeros_like(Y)
        dZ[:] = (A - Y) / len(Y)
        return dZ

    assert judge_function(exercises["parameter_gradients"], by_input).diagnosis == ("integer-truncation",)
    assert judge_function(exercises["output_delta"], by_labels).diagnosis == ("integer-truncation",)


@pytest.mark.parametrize("epsilon", [1e-5, 1e-7, 1e-9, 1e-10])
def test_even_slight_clipping_is_seen(exercises, solution, epsilon):
    def clipped(A):
        return np.clip(A, epsilon, 1 - epsilon)

    def hidden_delta(dZ_next, W_next, A):
        return solution["hidden_delta"](dZ_next, W_next, clipped(A))

    def output_delta(A, Y):
        return solution["output_delta"](clipped(A), Y)

    for function in (hidden_delta, output_delta):
        assert judge_function(exercises[function.__name__], function).diagnosis == ("clipped",)


def test_changing_an_argument_is_the_cause_of_the_exception_that_it_raises(exercises, solution):
    def backward(params, cache, Y):
        grads = solution["backward"](params, cache, Y)
        for name in params:
            params[name] -= 0.1 * grads[f"d{name}"]
        return grads

    assert judge_function(exercises["backward"], backward).diagnosis == ("mutates-arguments",)


@pytest.mark.parametrize("change", UNKNOWN.values(), ids=UNKNOWN)
@pytest.mark.parametrize("seed", range(3))
def test_an_unknown_mistake_gets_no_name(judged, change, seed):
    verdict = judged("hidden_delta", change, seed)
    assert verdict.status == "incorrect"
    assert verdict.diagnosis == ()
    assert "dZ" in verdict.message


def test_random_answers_never_get_a_name(judged):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        verdict = judged("output_delta", lambda dZ, *a, rng=rng: rng.normal(size=dZ.shape), seed)
        assert verdict.diagnosis == ()


def test_an_array_in_a_list_is_described_and_not_explained():
    """Its transpose is the right answer too, but a transpose is not the mistake."""
    exercise = load("02_forward_propagation").exercises["dense_loop"]
    verdict = judge_function(exercise, lambda a, W, b, g: list(g(a @ W + b)))
    assert verdict.diagnosis == ()
    assert "is a list of 25, not an array of float64 (`np.array` makes one of it)" in verdict.message
    assert "knows no slip" not in verdict.message


def test_a_float_where_an_integer_is_asked_for_is_described_and_not_explained():
    exercise = load("02_forward_propagation").exercises["count_parameters"]
    verdict = judge_function(
        exercise, lambda n: float(sum((a + 1) * b for a, b in zip(n, n[1:], strict=False)))
    )
    assert verdict.diagnosis == ()
    assert "has dtype float64, where integers are asked for" in verdict.message
    assert "knows no slip" not in verdict.message


def test_random_numbers_from_elsewhere_ignore_the_generator():
    exercise = load("02_forward_propagation").exercises["glorot_uniform"]

    def glorot_uniform(n_in, n_out, rng):
        limit = np.sqrt(6 / (n_in + n_out))
        return np.random.uniform(-limit, limit, size=(n_in, n_out))

    for seed in range(3):
        verdict = judge_function(exercise, glorot_uniform, seed)
        assert [(f.name, f.detail) for f in verdict.findings] == [("ignores-argument", "rng")]


def test_an_argument_is_not_ignored_if_only_its_signs_matter():
    def by_the_sign(params, grads, learning_rate):
        return {name: value - learning_rate * np.sign(grads[f"d{name}"]) for name, value in params.items()}

    assert judge_function(load("05_matching_keras").exercises["sgd_step"], by_the_sign).diagnosis == ()


def test_an_argument_is_not_ignored_if_it_matters_in_a_single_case():
    def of_relu_alone(Z, slope):
        return np.where(Z > 0, 1.0, 1.0 if slope else 0.0)

    exercise = load("05_matching_keras").exercises["leaky_relu_gradient"]
    assert judge_function(exercise, of_relu_alone).diagnosis == ()


def test_an_array_for_a_number_is_named_in_a_pair_too():
    def count(y, y_pred):
        return np.array([float(np.sum(y == y_pred))])

    verdict = judge_function(load("05_matching_keras").exercises["accuracy"], count)
    assert set(verdict.diagnosis) == {"missing-mean", "not-a-scalar"}


def test_an_ignored_argument_is_named_in_a_pair_too():
    def slope_of_its_own(Z, slope):
        A = Z.copy()
        A[Z < 0] = 0.2 * Z[Z < 0]
        return A

    verdict = judge_function(load("05_matching_keras").exercises["leaky_relu"], slope_of_its_own)
    assert {(f.name, f.detail) for f in verdict.findings} == {
        ("integer-truncation", ""),
        ("ignores-argument", "slope"),
    }


def test_a_size_is_hard_coded_where_others_raise():
    def of_ten_columns(A):
        if A.shape[1] == 1:
            return (A[:, 0] >= 0.5).astype(int)
        return np.argmax([A[:, k] for k in range(10)], axis=0)

    verdict = judge_function(load("05_matching_keras").exercises["predict_classes"], of_ten_columns)
    assert verdict.diagnosis == ("hard-coded-size",)


OBSERVED_PAIRS = {
    # two slips, one of which can only be observed: lesson, exercise, wrong answer, names
    "sizes": (
        "02_forward_propagation",
        "count_parameters",
        lambda sizes: sum(sizes[i] * sizes[i + 1] for i in range(3)),
        {"bias-skipped", "hard-coded-size"},
    ),
    "integers": (
        "04_softmax_cross_entropy",
        "softmax_jacobian",
        lambda right, z: (-right(z)).astype(z.dtype),
        {"wrong-sign", "integer-truncation"},
    ),
    "entries": (
        "03_backpropagation",
        "backward",
        lambda right, *a: {name[1:]: -value for name, value in right(*a).items()},
        {"wrong-sign", "wrong-keys"},
    ),
    "an argument": (
        "06_automatic_differentiation",
        "vjp_sigmoid",
        lambda S, G: S**2,
        {"ignores-argument"},
    ),
    "an argument and a slip": (
        "06_automatic_differentiation",
        "vjp_sigmoid",
        lambda S, G: 1 - S,
        {"ignores-argument", "half-activation-derivative"},
    ),
    "saturation": (
        "03_backpropagation",
        "hidden_delta",
        lambda right, dZ, W, A: -right(dZ, W, np.clip(A, 1e-7, 1 - 1e-7)),
        {"wrong-sign", "clipped"},
    ),
    "warnings": (
        "01_logistic_regression",
        "sigmoid",
        lambda z: 1 / (1 + np.exp(-1 / (1 + np.exp(-z)))),
        {"activation-twice", "numerically-unstable"},
    ),
}


@pytest.mark.parametrize("key", OBSERVED_PAIRS)
@pytest.mark.parametrize("seed", range(3))
def test_a_slip_and_an_observation(key, seed):
    lesson, name, wrong, names = OBSERVED_PAIRS[key]
    exercise = load(lesson).exercises[name]

    def right(*arguments):
        return exercise.answer(arguments)

    function = (lambda *a: wrong(right, *a)) if "right" in wrong.__code__.co_varnames else wrong
    assert set(judge_function(exercise, function, seed).diagnosis) == names


def test_a_slip_that_fails_on_other_cases_too_is_not_named(exercises, solution):
    """The sign is wrong in most cases, but integers and single examples get another, unknown mistake."""

    def hidden_delta(dZ_next, W_next, A):
        right = solution["hidden_delta"](dZ_next, W_next, A)
        return -right if dZ_next.dtype.kind == "f" and len(A) > 1 else right**2

    assert judge_function(exercises["hidden_delta"], hidden_delta).diagnosis == ()


@pytest.mark.parametrize("size", [12, 270, 1000])
def test_a_number_of_examples_that_never_changes(exercises, size):
    verdict = judge_function(exercises["output_delta"], lambda A, Y: (A - Y) / size)
    assert verdict.diagnosis == ("hard-coded-size",)


def test_one_argument_in_float32():
    exercise = load("06_automatic_differentiation").exercises["vjp_sigmoid"]

    def vjp_sigmoid(S, G):
        S = S.astype(np.float32)
        return G * S - G * S * S

    verdict = judge_function(exercise, vjp_sigmoid)
    assert [(f.name, f.detail) for f in verdict.findings] == [("low-precision", "S")]


def test_numbers_that_are_rounded_at_the_end_are_not_low_precision(judged):
    for decimals in (5, 6, 7, 8):
        assert judged("hidden_delta", lambda dZ, *a, d=decimals: np.round(dZ, d)).diagnosis == ()


@pytest.mark.parametrize("rate", [1.0, 0.1, 0.001])
def test_weights_that_are_updated_on_the_way_back(exercises, rate):
    def backward(params, cache, Y):
        depth, grads = len(params) // 2, {}
        dZ = (cache[f"A{depth}"] - Y) / len(Y)
        for layer in range(depth, 0, -1):
            A, W = cache[f"A{layer - 1}"], params[f"W{layer}"]
            grads[f"dW{layer}"], grads[f"db{layer}"] = A.T @ dZ, dZ.sum(axis=0)
            dZ = (dZ @ (W - rate * grads[f"dW{layer}"]).T) * A * (1 - A)
        return grads

    verdict = judge_function(exercises["backward"], backward)
    assert [(f.name, f.detail) for f in verdict.findings] == [
        ("gradient-after-update", f"learning rate {rate:g}")
    ]


def test_an_axis_too_many_on_a_float_that_stands_beside_arrays():
    exercise = load("01_logistic_regression").exercises["gradient_descent"]

    def gradient_descent(*arguments):
        w, b, history = exercise.answer(arguments)
        return w, np.array([b]), history

    assert judge_function(exercise, gradient_descent).diagnosis == ("not-a-scalar",)
