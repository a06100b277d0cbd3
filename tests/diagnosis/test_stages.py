"""Each stage of a diagnosis on its own: an answer that it names, one that it leaves alone, and the order."""

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis import stages
from grader.diagnosis.stages import STAGES, Evidence
from grader.learner.call import answers_of
from tests.diagnosis.helpers import results_of


def evidence(path, function):
    """The evidence on a function, which may call the right answer as its first argument `right`."""
    lesson, name = path.split("/")
    exercise = lessons.load(lesson).exercises[name]

    def tried(*arguments):
        return function(lambda *a: exercise.answer(a), *arguments)

    answers = answers_of(tried)
    return Evidence(exercise, results_of(exercise, tried), lambda arguments: next(answers([arguments], 10)))


def names(stage, found):
    return {finding.name for finding in stage(found)}


HIDDEN = "03_backpropagation/hidden_delta"
BACKWARD = "03_backpropagation/backward"
SIGMOID = "06_automatic_differentiation/vjp_sigmoid"
FIT = "05_matching_keras/fit"
TRACE = "06_automatic_differentiation/trace"


def in_float32(right, S, G):
    S = S.astype(np.float32)
    return G * S - G * S * S


def raising(right, *arguments):
    return 1 / 0


def square(right, *arguments):
    return right(*arguments) ** 2


def squares(right, *arguments):
    return {name: value**2 for name, value in right(*arguments).items()}


def negative(right, *arguments):
    return -right(*arguments)


def reversed_tape(right, program, inputs):
    tape, values = right(program, inputs)
    return tape[::-1], values


def squared_values(right, program, inputs):
    tape, values = right(program, inputs)
    return tape, squares(lambda: values)


def with_a_shared_list(history):
    """An answer to `fit` whose calls add to one history, as to a default argument."""

    def fit(right, *arguments):
        params, entries = right(*arguments)
        history.extend(entries)
        return params, [*history]

    return fit


EXAMPLES = {
    # stage: exercise, an answer that it names, the names, an answer that it leaves alone
    stages.fault_of_form: (TRACE, reversed_tape, {"tape-reversed"}, squared_values),
    stages.one_slip: (
        HIDDEN,
        lambda right, dZ, W, A: dZ @ W.T,
        {"missing-activation-derivative"},
        negative,
    ),
    stages.state_that_calls_share: (
        FIT,
        with_a_shared_list([]),
        {"shared-state"},
        lambda right, X, Y, params, rate, epochs, size: right(X, Y, params, 0.5 * rate, epochs, size),
    ),
    stages.right_but_for_some_cases: (
        HIDDEN,
        lambda right, dZ, W, A: right(dZ, W, np.clip(A, 1e-5, 1 - 1e-5)),
        {"clipped"},
        negative,
    ),
    stages.one_relation: (HIDDEN, negative, {"wrong-sign"}, square),
    stages.arguments_in_low_precision: (
        SIGMOID,
        in_float32,
        {"low-precision"},
        lambda right, S, G: np.round(right(S, G), 6),
    ),
    stages.right_but_for_entries: (
        BACKWARD,
        lambda right, *a: {name[1:]: value for name, value in right(*a).items()},
        {"wrong-keys"},
        squares,
    ),
    stages.two_slips_or_relations: (
        HIDDEN,
        lambda right, dZ, W, A: -(dZ @ W.T),
        {"missing-activation-derivative", "wrong-sign"},
        square,
    ),
    stages.constant_factor: (HIDDEN, lambda right, *a: -0.3 * right(*a), {"constant-factor"}, square),
    stages.one_finding_and_a_remainder: (
        HIDDEN,
        lambda right, dZ, W, A: -right(dZ, W, np.clip(A, 1e-7, 1 - 1e-7)),
        {"wrong-sign", "clipped"},
        square,
    ),
    stages.no_entry_by_its_name: (BACKWARD, lambda right, *a: {"grads": 1.0}, {"wrong-keys"}, squares),
    stages.arguments_ignored: (
        SIGMOID,
        lambda right, S, G: 1 - S,
        {"ignores-argument", "half-activation-derivative"},
        square,
    ),
    stages.exception_raised: (HIDDEN, raising, {"raises"}, square),
}


def test_there_is_an_example_for_each_stage():
    assert tuple(EXAMPLES) == STAGES


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
def test_a_stage_names_an_answer_and_leaves_another_alone(stage):
    path, wrong, expected, other = EXAMPLES[stage]
    assert names(stage, evidence(path, wrong)) == expected
    assert stage(evidence(path, other)) == ()


def of_three_layers(right, params, grads, learning_rate):
    kept = [f"{kind}{layer}" for kind in "Wb" for layer in (1, 2, 3)]
    return {name: params[name] - learning_rate * grads[f"d{name}"] for name in kept}


def reverse(right, *arguments):
    return right(*arguments)[::-1]


def dense_like_inputs(right, a, W, b, g):
    A = np.zeros(W.shape[1], dtype=a.dtype)
    A[:] = g(a @ W)
    return A


def negative_log2(right, f, y):
    return y * np.log2(f) + (1 - y) * np.log2(1 - f)


SGD = "05_matching_keras/sgd_step"
ORDER = [
    # two stages, and an answer of which each has something else to say
    ("fault_of_form", "right_but_for_entries", TRACE, reversed_tape),
    ("one_slip", "one_relation", "06_automatic_differentiation/vjp_matmul", reverse),
    (
        "right_but_for_some_cases",
        "one_relation",
        "01_logistic_regression/sigmoid",
        lambda right, z: 1 / (1 + np.exp(-np.asarray(z, float))),
    ),
    ("right_but_for_some_cases", "right_but_for_entries", SGD, of_three_layers),
    ("right_but_for_some_cases", "exception_raised", SGD, of_three_layers),
    ("one_relation", "right_but_for_entries", FIT, reverse),
    ("one_relation", "two_slips_or_relations", "04_softmax_cross_entropy/mean_squared_error", negative),
    ("right_but_for_entries", "two_slips_or_relations", FIT, reverse),
    ("two_slips_or_relations", "constant_factor", "01_logistic_regression/loss", negative_log2),
    (
        "one_finding_and_a_remainder",
        "no_entry_by_its_name",
        BACKWARD,
        lambda right, *a: {name[1:]: -value for name, value in right(*a).items()},
    ),
    (
        "one_finding_and_a_remainder",
        "arguments_ignored",
        "02_forward_propagation/dense_loop",
        dense_like_inputs,
    ),
    ("no_entry_by_its_name", "arguments_ignored", BACKWARD, lambda right, *a: {}),
]


@pytest.mark.parametrize(
    ("first", "second", "path", "function"), ORDER, ids=[f"{order[0]}-{order[1]}" for order in ORDER]
)
def test_the_order_matters(first, second, path, function):
    first, second = getattr(stages, first), getattr(stages, second)
    found = evidence(path, function)
    assert names(first, found) and names(second, found)
    assert names(first, found) != names(second, found)
    assert STAGES.index(first) < STAGES.index(second)


def test_evidence_starts_with_the_smallest_wrong_result():
    def wrong_if_several(right, dZ, W, A):
        return right(dZ, W, A) if len(A) == 1 else square(right, dZ, W, A)

    found = evidence(HIDDEN, wrong_if_several)
    is_right = [result.values_right for result in found.wrong_first]
    assert is_right == sorted(is_right) and any(is_right) and not all(is_right)
    sizes = [result.want["dZ"].size for result in found.wrong_first if not result.values_right]
    assert sizes == sorted(sizes)


def raising_on_one_example(change):
    """An answer with a change that raises on a single example, whatever the change."""

    def answer(right, dZ, W, A):
        if len(A) == 1:
            raise IndexError
        return change(right(dZ, W, A), A)

    return answer


def test_a_slip_explains_what_an_exception_leaves():
    found = evidence(HIDDEN, raising_on_one_example(lambda dZ, A: dZ / A))
    assert names(stages.one_finding_and_a_remainder, found) == {"half-activation-derivative", "raises"}


def test_an_exception_is_no_reason_where_most_wrong_answers_do_not_raise():
    found = evidence(HIDDEN, raising_on_one_example(lambda dZ, A: dZ**2))
    assert names(stages.exception_raised, found) == set()
    assert names(stages.exception_raised, evidence(HIDDEN, raising)) == {"raises"}
