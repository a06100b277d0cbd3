"""Lesson 6: what the tapes and the cases cover, right and wrong answers that only this lesson has."""

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.references import SHIPPED
from grader.judge import judge_function
from grader.lessons.automatic_differentiation import drawn_tapes, tapes
from grader.lessons.networks import random_network
from tests.conftest import solution_functions
from tests.corpus import automatic_differentiation as corpus
from utils.network import backward as network_backward
from utils.network import forward
from utils.tensorflow import import_tensorflow

EXERCISES = lessons.load("06_automatic_differentiation").exercises
RULES = [exercise for name, exercise in EXERCISES.items() if name.startswith("vjp_")]
SEEDS = range(5)


@pytest.fixture(scope="module")
def answers():
    return solution_functions("06_automatic_differentiation")


@pytest.mark.parametrize("exercise", RULES, ids=lambda exercise: exercise.name)
def test_cases_of_the_rules_cover_all_kinds_of_arrays(exercise):
    cases = exercise.cases(np.random.default_rng(0))
    tags = set().union(*(case.tags for case in cases))
    assert {"lesson", "square", "one example", "one unit"} <= tags
    assert "integer" in tags or exercise.name == "vjp_sigmoid"
    for case in cases:
        assert all(isinstance(argument, np.ndarray) for argument in case.arguments)
        has_integer_gradient = case.label.startswith(("floats in", "integers in all"))
        assert case.arguments[-1].dtype == (np.int64 if has_integer_gradient else np.float64)


def test_cases_of_saliency_cover_every_depth():
    cases = EXERCISES["saliency"].cases(np.random.default_rng(0))
    assert {f"depth {depth}" for depth in (1, 2, 3, 4)} <= set().union(*(case.tags for case in cases))
    assert all(case.arguments[1].ndim == 1 for case in cases)


@pytest.mark.parametrize("seed", SEEDS)
def test_tapes_are_well_formed(seed):
    for tape in drawn_tapes.tapes(np.random.default_rng(seed)):
        made, given = set(), set(tape.values) - {output for _, _, output in tape.steps}
        for op, inputs, output in tape.steps:
            assert isinstance(inputs, tuple)
            assert all(type(name) is str for name in (op, *inputs, output))
            assert set(inputs) <= made | given
            assert output not in made | given
            made.add(output)
            operands = [tape.values[name] for name in inputs]
            assert all(isinstance(array, np.ndarray) for array in operands)
            assert np.array_equal(tapes.OPS[op](*operands), tape.values[output])
            if op == "add":
                assert operands[0].ndim == 2
                assert operands[1].shape in (operands[0].shape, operands[0].shape[1:])
            if op == "mul":
                assert operands[0].shape == operands[1].shape
        assert tape.steps[-1][0] == "mean"


@pytest.mark.parametrize("seed", SEEDS)
def test_tapes_cover_likely_mistakes(seed):
    made = drawn_tapes.tapes(np.random.default_rng(seed))
    assert made[0].kind == drawn_tapes.NETWORK
    twice = {op for tape in made for op, inputs, _ in tape.steps if len(set(inputs)) < len(inputs)}
    assert {"mul", "add", "matmul"} <= twice
    assert any(set(tape.values) - set(tapes.names_on(tape.steps)) for tape in made)
    drawn = [tape for tape in made if tape.kind == drawn_tapes.RANDOM]
    assert len(drawn) == drawn_tapes.RANDOM_TAPES
    largest = max(np.abs(array).max() for tape in drawn for array in tape.values.values())
    assert largest <= drawn_tapes.LARGEST
    zeros = [not np.any(grad) for q in SHIPPED.of(EXERCISES["backward"], seed) for grad in q.want.values()]
    assert 0.1 < np.mean(zeros) < 0.5


def test_the_networks_tape_has_the_gradients_of_lesson_3():
    network = random_network(np.random.default_rng(1), "", (5, 4, 3, 1), 6)
    steps, given = tapes.network_tape(network)
    tape = tapes.Tape("", "", steps, {**given, **network.cache()})
    found = tapes.gradients(import_tensorflow(), tape)
    for name, gradient in network_backward(network.params, network.cache(), network.Y).items():
        np.testing.assert_allclose(found[name[1:]], gradient, rtol=1e-10)


def adding_in_place(right):
    """A wrong `backward` that adds with `+=` into an array that two names may share."""

    def backward(tape, values):
        grads = {tape[-1][2]: np.array(1.0)}
        for op, inputs, output in reversed(tape):
            if output not in grads:
                continue
            operands = [values[output]] if op == "sigmoid" else [values[name] for name in inputs]
            found = right[f"vjp_{op}"](*operands, grads[output])
            for name, part in zip(inputs, found if len(inputs) == 2 else (found,), strict=True):
                if name in grads:
                    grads[name] += part
                else:
                    grads[name] = part
        names = {name for _, inputs, output in tape for name in (*inputs, output)}
        return {name: grads.get(name, np.zeros(np.shape(values[name]))) for name in names}

    return backward


def test_adding_into_a_shared_array_is_wrong_and_named(answers):
    for seed in SEEDS:
        verdict = judge_function(EXERCISES["backward"], adding_in_place(answers), seed)
        assert verdict.status == "incorrect"
        assert verdict.diagnosis == ("shared-gradient",)


def test_an_argument_whose_values_do_not_matter_is_not_reported_as_ignored(answers):
    for name, function, diagnosis in (
        ("vjp_add", lambda A, b, G: (G, G.sum(axis=0)), ("summed-without-broadcast",)),
        ("vjp_mean", lambda A, G: G / A.size, ("number-for-array",)),
        ("vjp_mean", lambda A, G: [G / A.size], ()),
    ):
        assert judge_function(EXERCISES[name], function).diagnosis == diagnosis


def test_none_for_an_unreached_name_is_a_missing_entry(answers):
    def backward(tape, values):
        found = answers["backward"](tape, values)
        return {name: gradient if np.any(gradient) else None for name, gradient in found.items()}

    verdict = judge_function(EXERCISES["backward"], backward)
    assert verdict.diagnosis == ("wrong-keys",)
    assert "is None" in verdict.observation


def test_entries_for_names_off_the_tape_are_wrong_keys(answers):
    def backward(tape, values):
        return {
            **{name: np.zeros(a.shape) for name, a in values.items()},
            **answers["backward"](tape, values),
        }

    assert judge_function(EXERCISES["backward"], backward).diagnosis == ("wrong-keys",)


def test_a_verdict_says_which_kinds_of_tape_are_right(answers):
    def never_twice(tape, values):
        found = answers["backward"](tape, values)
        twice = any(len(set(inputs)) < len(inputs) for _, inputs, _ in tape)
        return {name: array + 0.01 for name, array in found.items()} if twice else found

    verdict = judge_function(EXERCISES["backward"], never_twice)
    right = {part.name: part.ok for part in verdict.parts}
    assert list(right)[:3] == [drawn_tapes.NETWORK, drawn_tapes.CHAIN, drawn_tapes.TWO_STEPS]
    assert right[drawn_tapes.NETWORK] and right[drawn_tapes.SUM] and not right[drawn_tapes.TWICE]
    assert len(right) == 10
    assert 0 < verdict.score < verdict.max_score


def recursive_backward(tape, values):
    """A right answer in another style: recursion from each name to the steps that read it."""
    last, local = tape[-1][2], {}

    def by(name):
        if name not in local:
            local[name] = 1.0 if name == last else sum(
                (part for step in tape if name in step[1] for part in parts(step, name)),
                np.zeros(np.shape(values[name])),
            )  # fmt: skip
        return local[name]

    def parts(step, name):
        op, inputs, output = step
        G, a, c = by(output), values[inputs[0]], values[output]
        b = values[inputs[-1]]
        both = {
            "matmul": lambda: (np.einsum("ik,jk->ij", G, b), np.einsum("ij,ik->jk", a, G)),
            "add": lambda: (G, np.einsum("ij->j", G) if b.ndim == 1 else G),
            "mul": lambda: (G * b, a * G),
            "sigmoid": lambda: (G * (c - c**2),),
            "log": lambda: (np.divide(G, a),),
            "mean": lambda: (np.ones_like(a, dtype=float) * (G / a.size),),
        }[op]()
        return [part for read, part in zip(inputs, both, strict=True) if read == name]

    return {name: by(name) for name in {n for _, inputs, output in tape for n in (*inputs, output)}}


@pytest.mark.parametrize("seed", SEEDS)
def test_recursion_is_right_too(seed):
    verdict = judge_function(EXERCISES["backward"], recursive_backward, seed)
    assert verdict.status == "correct", str(verdict)


SEEN = {
    corpus.trace_calls_its_results_t1_t2: "step 1 calls its output `t1`, and an input has that name",
    corpus.trace_calls_its_results_v1_v2: "step 1 calls its output `v1`, and an input has that name",
    corpus.trace_calls_its_results_node0_node1: "step 2 calls its output `node1`, and an input has that name",
    corpus.trace_numbers_its_results: "step 1 calls its output `1`, and an input has that name",
    corpus.trace_calls_a_result_like_its_op: "steps 1 and 4 both call their output `matmul`",
    corpus.trace_returns_the_values_first: "the order is `tape, values`",
    corpus.trace_puts_each_step_before_the_others: "step 1 of your tape reads `%13`, which is only made",
    corpus.trace_forgets_the_comma_of_a_tuple_of_one: "a tuple of one name needs a comma, `('%2',)`",
    corpus.trace_returns_the_tape_alone: "the tape comes back alone: `values` is missing",
    corpus.trace_returns_the_values_alone: "a dict comes back, where the tuple `tape, values` is asked for",
    corpus.trace_writes_nodes_on_the_tape: "step 1 of your tape holds a Node where a name, a",
    corpus.trace_writes_arrays_on_the_tape: "holds an array where a name, a string, is asked for",
    corpus.trace_writes_all_names_in_a_row: "`('matmul', 'X', 'W1', '%1')`, has 4 entries, not the three",
    corpus.trace_writes_the_output_before_the_inputs: "has a string for its inputs, not a tuple",
    corpus.trace_writes_steps_as_dicts: "step 1 of your tape is a dict, not a tuple `(op, inputs, output)`",
    corpus.trace_writes_functions_for_ops: "has a ufunc for its op, where the op's name is asked for",
    corpus.trace_calls_its_ops_by_their_signs: "has an op of another name than matmul, add, mul,",
    corpus.trace_keeps_the_values_of_outputs_alone: "`values` lacks `X`: it has to have the array",
    corpus.trace_keeps_the_values_of_inputs_alone: "`values` lacks `%1`: it has to have the array",
    corpus.trace_renames_the_inputs: "the tape reads `in0`, but inputs keep their names",
    corpus.trace_returns_a_list_of_arrays: "`values` is a list of 23, not a dict",
}


@pytest.mark.parametrize("function", SEEN, ids=lambda function: function.__name__)
def test_a_verdict_says_which_rule_of_tapes_is_broken(function):
    verdict = judge_function(EXERCISES["trace"], function)
    assert SEEN[function] in verdict.observation
    assert "UnsupportedValue" not in str(verdict)


@pytest.mark.parametrize("steps", [[("mean", ("x",), "J")], []], ids=["one step", "no step"])
def test_no_answer_to_trace_is_too_odd_to_be_judged(steps):
    odd = (None, 1, "a", [], (), {}, [None], [None, None], ("a", "b"), (steps, {}), (steps, None), ({}, {}))
    odd += (([None], {}), ([()], {}), ([("mean", 1, 2)], {}), ([("mean", (None,), "J")], {}))
    odd += (([("mean", ("J",), "J")], {"J": 1.0}), ([("mean", (), "J")], {}), (steps, {"J": None}))
    for answer in odd:
        verdict = judge_function(EXERCISES["trace"], lambda program, inputs, answer=answer: answer)
        assert verdict.status != "correct"
        assert len(verdict.message.split()) <= 90


def test_training_with_trace_and_backward_is_training_with_the_gradients_of_lesson_3(answers):
    network = random_network(np.random.default_rng(4), "", (5, 4, 3, 1), 6)
    X, Y = np.asarray(network.X, float), np.asarray(network.Y, float)
    ones = np.ones(Y.shape)
    given = {"minus_Y": -Y, "Y_minus_1": Y - 1, "ones": ones, "minus_ones": -ones}

    def cost(X, W1, b1, W2, b2, W3, b3, minus_Y, Y_minus_1, ones, minus_ones):
        A = (((X @ W1 + b1).sigmoid() @ W2 + b2).sigmoid() @ W3 + b3).sigmoid()
        return (minus_Y * A.log() + Y_minus_1 * (ones + A * minus_ones).log()).mean()

    names = [f"{kind}{layer}" for layer in (1, 2, 3) for kind in "Wb"]
    own = hand = {name: np.asarray(network.params[name], float) for name in names}
    for _ in range(20):
        found = answers["backward"](*answers["trace"](cost, {"X": X, **own, **given}))
        own = {name: own[name] - 0.25 * found[name] for name in names}
        grads = network_backward(hand, forward(X, hand)[1], Y)
        hand = {name: hand[name] - 0.25 * grads[f"d{name}"] for name in names}
    for name in names:
        np.testing.assert_allclose(own[name], hand[name], rtol=1e-12, atol=1e-14)
