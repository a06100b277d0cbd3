"""The submissions of the sample class: their answers, and what the grader should find in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import dedent

LESSON = "03_backpropagation"

WRITTEN_ANSWER = (
    "Only the output has a cost. A hidden unit matters because a small change of it changes every layer "
    "above, and in the end the cost. So its gradient is the chain rule applied from the output backward: "
    "the next layer's signal, sent through that layer's weights, times the derivative of its own sigmoid. "
    "TensorFlow keeps the values of the forward pass for this. I saw it where one activation was nudged."
)


@dataclass(frozen=True)
class SampleSubmission:
    """One learner's notebook: the model solution with the `answers` to some exercises replaced.

    `expected` has each exercise that is to lose points, with the misconception that the grader should name
    or, without one, the status. Every other exercise gets full marks. An untouched submission is the release.
    The tests of the exercises `without_tests` are deleted. The number of a `variation` stands for small
    differences that change no mark (`grader.demo.variations`). The exercises `unattempted` are as released,
    `timestamp` says when it was handed in. Without labels, another editor has lost nbgrader's metadata.
    """

    name: str
    answers: Mapping[str, str] = field(default_factory=dict)
    expected: Mapping[str, str] = field(default_factory=dict)
    is_untouched: bool = False
    without_tests: tuple[str, ...] = ()
    variation: int | None = None
    unattempted: tuple[str, ...] = ()
    timestamp: str = ""
    has_labels: bool = True


def _code(source: str) -> str:
    return dedent(source).strip()


FULL_SOLUTION = SampleSubmission("full-solution")

LOOPS_AND_EINSUM = SampleSubmission(
    "loops-and-einsum",
    answers={
        "numerical_gradient": _code("""
            def numerical_gradient(f, theta, eps=1e-5):
                start = np.array(theta, dtype=float)
                steps = np.eye(start.size).reshape(start.size, *start.shape) * eps
                slopes = [(f(start + step) - f(start - step)) / (2 * eps) for step in steps]
                return np.array(slopes).reshape(start.shape)
        """),
        "output_delta": _code("""
            def output_delta(A, Y):
                m = A.shape[0]
                dA = (1 - Y) / (1 - A) / m - Y / A / m
                return dA * A * (1 - A)
        """),
        "parameter_gradients": _code("""
            def parameter_gradients(A_prev, dZ):
                dW, db = np.zeros((A_prev.shape[1], dZ.shape[1])), np.zeros(dZ.shape[1])
                for a, delta in zip(A_prev, dZ):
                    dW += np.outer(a, delta)
                    db += delta
                return dW, db
        """),
        "hidden_delta": _code("""
            def hidden_delta(dZ_next, W_next, A):
                return np.einsum("ik,jk,ij->ij", dZ_next, W_next, A - A**2)
        """),
        "backward": _code("""
            def backward(params, cache, Y):
                def descend(layer, dZ):
                    dW, db = parameter_gradients(cache[f"A{layer - 1}"], dZ)
                    grads = {f"dW{layer}": dW, f"db{layer}": db}
                    if layer == 1:
                        return grads
                    dZ = hidden_delta(dZ, params[f"W{layer}"], cache[f"A{layer - 1}"])
                    return {**descend(layer - 1, dZ), **grads}

                last = max(int(name[1:]) for name in params)
                return descend(last, output_delta(cache[f"A{last}"], Y))
        """),
        "per_example_gradients": _code("""
            def per_example_gradients(params, X, Y):
                A, cache = forward(X, params)
                dZ, grads = A - Y, {}
                for layer in range(len(params) // 2, 0, -1):
                    A_prev = cache[f"A{layer - 1}"]
                    grads[f"dW{layer}"] = np.einsum("ij,ik->ijk", A_prev, dZ)
                    grads[f"db{layer}"] = dZ.copy()
                    dZ = hidden_delta(dZ, params[f"W{layer}"], A_prev)
                return grads
        """),
        "input_gradient": _code("""
            def input_gradient(params, cache, Y):
                layers = sorted((int(name[1:]) for name in params if name[0] == "W"), reverse=True)
                signal = output_delta(cache[f"A{layers[0]}"], Y)
                for layer in layers:
                    signal = np.einsum("ik,jk->ij", signal, params[f"W{layer}"])
                    if layer > 1:
                        signal = signal * cache[f"A{layer - 1}"] * (1 - cache[f"A{layer - 1}"])
                return signal
        """),
    },
)

MISSING_MEAN = SampleSubmission(
    "missing-mean",
    answers={
        "output_delta": _code("""
            def output_delta(A, Y):
                return A - Y
        """),
    },
    expected=dict.fromkeys(("output_delta", "backward", "input_gradient"), "missing-mean"),
)

MISSING_ACTIVATION_DERIVATIVE = SampleSubmission(
    "missing-activation-derivative",
    answers={
        "hidden_delta": _code("""
            def hidden_delta(dZ_next, W_next, A):
                return dZ_next @ W_next.T
        """),
    },
    expected=dict.fromkeys(
        ("hidden_delta", "backward", "per_example_gradients", "input_gradient"),
        "missing-activation-derivative",
    ),
)

EXTRA_ACTIVATION_DERIVATIVE = SampleSubmission(
    "extra-activation-derivative",
    answers={
        "backward": _code("""
            def backward(params, cache, Y):
                L = len(params) // 2
                A = cache[f"A{L}"]
                dZ = (A - Y) / len(Y) * A * (1 - A)
                grads = {}
                for l in range(L, 0, -1):
                    grads[f"dW{l}"] = cache[f"A{l-1}"].T @ dZ
                    grads[f"db{l}"] = dZ.sum(axis=0)
                    if l > 1:
                        dZ = hidden_delta(dZ, params[f"W{l}"], cache[f"A{l-1}"])
                return grads
        """),
    },
    expected=dict.fromkeys(("backward", "per_example_gradients"), "extra-activation-derivative"),
)

BIAS_GRADIENT_NOT_SUMMED = SampleSubmission(
    "bias-gradient-not-summed",
    answers={
        "parameter_gradients": _code("""
            def parameter_gradients(A_prev, dZ):
                dW = A_prev.T @ dZ
                db = dZ
                return dW, db
        """),
    },
    expected={
        "parameter_gradients": "bias-gradient-not-summed",
        "backward": "bias-gradient-not-summed",
        "per_example_gradients": "extra-axis",  # what is left of the slip where a batch has one row
    },
)

CHAIN_CUT = SampleSubmission(
    "chain-cut",
    answers={
        "backward": _code("""
            def backward(params, cache, Y):
                L = len(params) // 2
                error = output_delta(cache[f"A{L}"], Y)
                grads = {}
                for l in range(L, 0, -1):
                    dZ = error
                    if l < L:
                        dZ = error * cache[f"A{l}"] * (1 - cache[f"A{l}"])
                    grads[f"dW{l}"], grads[f"db{l}"] = parameter_gradients(cache[f"A{l-1}"], dZ)
                return grads
        """),
    },
    expected=dict.fromkeys(("backward", "per_example_gradients"), "chain-cut"),
)

WRONG_LAYER_WEIGHTS = SampleSubmission(
    "wrong-layer-weights",
    answers={
        "backward": _code("""
            def backward(params, cache, Y):
                L = len(params) // 2
                dZ = output_delta(cache[f"A{L}"], Y)
                grads = {}
                for l in range(L, 0, -1):
                    if l < L:
                        dZ = hidden_delta(dZ, params[f"W{l}"], cache[f"A{l}"])
                    grads[f"dW{l}"], grads[f"db{l}"] = parameter_gradients(cache[f"A{l-1}"], dZ)
                return grads
        """),
    },
    expected=dict.fromkeys(("backward", "per_example_gradients"), "wrong-layer-weights"),
)

WRONG_SIGN = SampleSubmission(
    "wrong-sign",
    answers={
        "output_delta": _code("""
            def output_delta(A, Y):
                return (Y - A) / A.shape[0]
        """),
    },
    expected=dict.fromkeys(
        ("output_delta", "backward", "per_example_gradients", "input_gradient"), "wrong-sign"
    ),
)

MUTATES_ARGUMENTS = SampleSubmission(
    "mutates-arguments",
    answers={
        "numerical_gradient": _code("""
            def numerical_gradient(f, theta, eps=1e-5):
                theta = np.asarray(theta, dtype=float)
                gradient = np.zeros_like(theta)
                for i in np.ndindex(theta.shape):
                    theta[i] += eps
                    above = f(theta)
                    theta[i] -= 2 * eps
                    below = f(theta)
                    theta[i] += eps
                    gradient[i] = (above - below) / (2 * eps)
                return gradient
        """),
    },
    expected={"numerical_gradient": "mutates-arguments"},
)

UNTOUCHED = SampleSubmission(
    "untouched",
    expected=dict.fromkeys(
        (
            "numerical_gradient",
            "output_delta",
            "parameter_gradients",
            "hidden_delta",
            "backward",
            "per_example_gradients",
            "input_gradient",
        ),
        "not-implemented",
    ),
    is_untouched=True,
)

RAISES = SampleSubmission(
    "raises",
    answers={
        "parameter_gradients": _code("""
            def parameter_gradients(A_prev, dZ):
                dW = A_prev.T @ dZ
                db = np.sum(delta, axis=0)
                return dW, db
        """),
    },
    expected=dict.fromkeys(("parameter_gradients", "backward", "per_example_gradients"), "raises"),
)

ENDLESS_LOOP = SampleSubmission(
    "endless-loop",
    answers={
        "per_example_gradients": _code("""
            def per_example_gradients(params, X, Y):
                i, found = 0, []
                while i < len(X):
                    _, cache = forward(X[i : i + 1], params)
                    found = [backward(params, cache, Y[i : i + 1])]
                return {name: np.stack([grads[name] for grads in found]) for name in found[0]}
        """),
    },
    expected={"per_example_gradients": "timeout"},
)

DELETED_TEST = SampleSubmission("deleted-test", without_tests=("hidden_delta",))

CLASS = (
    FULL_SOLUTION,
    LOOPS_AND_EINSUM,
    MISSING_MEAN,
    MISSING_ACTIVATION_DERIVATIVE,
    EXTRA_ACTIVATION_DERIVATIVE,
    BIAS_GRADIENT_NOT_SUMMED,
    CHAIN_CUT,
    WRONG_LAYER_WEIGHTS,
    WRONG_SIGN,
    MUTATES_ARGUMENTS,
    UNTOUCHED,
    RAISES,
    ENDLESS_LOOP,
    DELETED_TEST,
)
