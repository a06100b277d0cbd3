"""Wrong answers that are right unless the arguments are of a kind that one easily forgets.

Each is made of a lesson's own solution, so that it is wrong on that kind alone: arguments of which some are
integers and others floats, ten layers and more, large gradients, runs that diverge, stand still or are long.
"""

import numpy as np
import pytest

from grader import lessons
from grader.judge import judge_function
from tests.conftest import solution_functions

SEEDS = range(2)


def judged(lesson, name, make_wrong):
    """The statuses of what `make_wrong` makes of a lesson's solution, with a few seeds."""
    exercise, right = lessons.load(lesson).exercises[name], solution_functions(lesson)[name]
    with np.errstate(all="ignore"):
        return [judge_function(exercise, make_wrong(right), seed).status for seed in SEEDS]


def each(function, value):
    """The value of a function at a number or an array, or at each entry of a dict, list or tuple."""
    if isinstance(value, dict):
        return {name: each(function, entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(each(function, entry) for entry in value)
    return function(value)


# --- Integers among floats --------------------------------------------------------------------------

MIXED = {
    # exercise: the arguments, by position, of which each may be integers while others are floats
    "01_logistic_regression/predict": (0, 1, 2),
    "01_logistic_regression/cost": (0, 1, 2, 3),
    "01_logistic_regression/gradient": (0, 1, 2, 3),
    "01_logistic_regression/gradient_descent": (0, 1, 2, 3),
    "02_forward_propagation/dense": (0, 1, 2),
    "02_forward_propagation/dense_loop": (0, 1, 2),
    "02_forward_propagation/forward": (0, 1),
    "03_backpropagation/hidden_delta": (0, 1),
    "03_backpropagation/parameter_gradients": (0, 1),
    "03_backpropagation/per_example_gradients": (0, 1),
    "04_softmax_cross_entropy/mean_squared_error": (0, 1),
    "04_softmax_cross_entropy/mean_squared_error_gradient": (0, 1),
    "05_matching_keras/standardize": (0, 1),
    "05_matching_keras/sgd_step": (0, 1),
    "05_matching_keras/adam_step": (0, 1),
    "05_matching_keras/fit": (0, 2),
    "05_matching_keras/leaky_relu": (0, 1),
    "05_matching_keras/leaky_relu_gradient": (0, 1),
    "06_automatic_differentiation/vjp_matmul": (0, 1, 2),
    "06_automatic_differentiation/vjp_mul": (0, 1, 2),
    "06_automatic_differentiation/vjp_sigmoid": (0, 1),
    "06_automatic_differentiation/vjp_log": (0, 1),
    "06_automatic_differentiation/saliency": (0, 1),
}


NEVER_INTEGERS = {("06_automatic_differentiation/vjp_sigmoid", 0)}
ALL_INTEGERS_THEN = {("05_matching_keras/leaky_relu_gradient", 1)}  # the result, if the slope is an integer


def arrays_in(value):
    if isinstance(value, dict):
        return [array for entry in value.values() for array in arrays_in(entry)]
    return [value]


def is_integer(value):
    return all(np.asarray(array).dtype.kind == "i" for array in arrays_in(value))


@pytest.mark.parametrize(
    ("path", "position"),
    [
        (path, position)
        for path, positions in MIXED.items()
        for position in positions
        if (path, position) not in NEVER_INTEGERS | ALL_INTEGERS_THEN
    ],
)
def test_results_cut_off_where_one_argument_has_integers_and_another_floats(path, position):
    def cut_off(right):
        def answer(*arguments):
            others = [arguments[i] for i in MIXED[path] if i != position]
            is_mixed = is_integer(arguments[position]) and not all(map(is_integer, others))
            result = right(*arguments)
            return each(lambda value: np.trunc(value) * 1.0, result) if is_mixed else result

        return answer

    assert set(judged(*path.split("/"), cut_off)) == {"incorrect"}


@pytest.mark.parametrize("part", ["inputs", "weights", "biases"])
@pytest.mark.parametrize(
    "path",
    ["02_forward_propagation/forward", "03_backpropagation/per_example_gradients", "05_matching_keras/fit"],
)
def test_results_cut_off_where_all_but_one_part_of_a_network_have_integers(path, part):
    def cut_off(right):
        def answer(*arguments):
            params = next(a for a in arguments if isinstance(a, dict))
            X = next(a for a in arguments if isinstance(a, np.ndarray) and a.shape[1] == len(params["W1"]))
            parts = {"inputs": X, "weights": params["W1"], "biases": params["b1"]}
            result = right(*arguments)
            others = [value for name, value in parts.items() if name != part]
            is_mixed = is_integer(dict(enumerate(others))) and not is_integer(parts[part])
            return each(lambda value: np.trunc(value) * 1.0, result) if is_mixed else result

        return answer

    assert set(judged(*path.split("/"), cut_off)) == {"incorrect"}


@pytest.mark.parametrize("name", ["dense", "dense_loop"])
def test_a_bias_added_in_place_to_integers(name):
    def in_place(right):
        def answer(A_prev, W, b, activation):
            Z = A_prev @ W
            Z += b
            return activation(Z)

        return answer

    assert set(judged("02_forward_propagation", name, in_place)) == {"incorrect"}


# --- Ten layers and more ----------------------------------------------------------------------------

DEEP = [
    "02_forward_propagation/forward",
    "03_backpropagation/backward",
    "03_backpropagation/input_gradient",
    "03_backpropagation/per_example_gradients",
    "04_softmax_cross_entropy/backward_softmax",
    "05_matching_keras/sgd_step",
    "05_matching_keras/adam_step",
    "05_matching_keras/fit",
    "06_automatic_differentiation/saliency",
]


def renamed(value, names):
    """A dict, and each dict in it, with the numbers of its layers changed as `names` says."""
    if isinstance(value, tuple):
        return tuple(renamed(entry, names) for entry in value)
    if not isinstance(value, dict):
        return value
    found = {}
    for name, entry in value.items():
        kind = name.rstrip("0123456789")
        found[kind + names.get(name[len(kind) :], name[len(kind) :])] = renamed(entry, names)
    return found


@pytest.mark.parametrize("path", DEEP)
def test_layers_in_alphabetical_order(path):
    """As in a loop over `sorted(params)`: the layer after the first is the tenth."""

    def alphabetical(right):
        def answer(*arguments):
            params = next(a for a in arguments if isinstance(a, dict) and "W1" in a)
            layers = sorted(name[1:] for name in params if name[0] == "W")
            places = {name: str(place) for place, name in enumerate(layers, start=1)}
            back = {place: name for name, place in places.items()}
            if path.endswith("step"):  # each parameter by itself: what goes wrong is whose gradient it gets
                params, grads, *others = arguments
                return right(params, renamed(grads, places), *others)
            return renamed(right(*(renamed(argument, places) for argument in arguments)), back)

        return answer

    assert set(judged(*path.split("/"), alphabetical)) <= {"incorrect", "error"}


@pytest.mark.parametrize("path", DEEP)
def test_layers_by_one_digit(path):
    """As with `name[1]` for the number of a layer: the tenth and the eleventh are not told from the first."""

    def first_digit(right):
        def answer(*arguments):
            result = right(*arguments)
            names = {str(number): str(number)[0] for number in range(10, 20)}
            return renamed(result, names)

        return answer

    if path.partition("/")[2] not in ("input_gradient", "saliency"):  # their result has no layers
        assert set(judged(*path.split("/"), first_digit)) == {"incorrect"}


def test_parameters_of_ten_layers_at_most_are_counted():
    def at_most_ten(right):
        return lambda sizes: right(sizes[:11])

    assert set(judged("02_forward_propagation", "count_parameters", at_most_ten)) == {"incorrect"}


# --- Large gradients --------------------------------------------------------------------------------

GRADIENTS = [
    "01_logistic_regression/gradient",
    "03_backpropagation/parameter_gradients",
    "03_backpropagation/hidden_delta",
    "03_backpropagation/backward",
    "03_backpropagation/per_example_gradients",
    "03_backpropagation/input_gradient",
    "04_softmax_cross_entropy/backward_softmax",
    "04_softmax_cross_entropy/mean_squared_error_gradient",
    "06_automatic_differentiation/vjp_matmul",
    "06_automatic_differentiation/vjp_add",
    "06_automatic_differentiation/vjp_mul",
    "06_automatic_differentiation/vjp_sigmoid",
    "06_automatic_differentiation/vjp_log",
    "06_automatic_differentiation/vjp_mean",
    "06_automatic_differentiation/backward",
    "06_automatic_differentiation/saliency",
]


def by_norm(bound):
    return lambda value: value * min(1.0, bound / max(np.linalg.norm(value), 1e-300))


@pytest.mark.parametrize(
    "clip", [lambda value: np.clip(value, -100, 100), by_norm(100)], ids=["entry", "norm"]
)
@pytest.mark.parametrize("path", GRADIENTS)
def test_clipped_gradients(path, clip):
    def clipped(right):
        return lambda *arguments: each(clip, right(*arguments))

    assert set(judged(*path.split("/"), clipped)) == {"incorrect"}


@pytest.mark.parametrize("name", ["sgd_step", "adam_step"])
def test_clipped_gradients_in_a_step(name):
    def clipped(right):
        return lambda params, grads, *others: right(
            params, each(lambda g: np.clip(g, -100, 100), grads), *others
        )

    assert set(judged("05_matching_keras", name, clipped)) == {"incorrect"}


# --- Runs -------------------------------------------------------------------------------------------


def descend(right, X, y, w, b, rate, iterations):
    """The parameters and the cost after each of the iterations, one call of the right answer for each."""
    for _ in range(iterations):
        w, b, (cost,) = right(X, y, w, b, rate, 1)
        yield (w, b), cost


def train(right, X, Y, params, rate, epochs, batch_size):
    """The parameters and the loss after each of the epochs."""
    for _ in range(epochs):
        params, (loss,) = right(X, Y, params, rate, 1, batch_size)
        yield (params,), loss


def all_of_it(run):
    return list(run)


def until_the_cost_rises(run):
    done = [next(run)]
    for step in run:
        if step[1] > done[-1][1]:
            return done
        done.append(step)
    return done


def until_the_cost_is_flat(run):
    done = [next(run)]
    for step in run:
        done.append(step)
        if abs(done[-2][1] - step[1]) < 1e-12:
            return done
    return done


def the_best(run):
    done = list(run)
    return [*done, (min(done, key=lambda step: step[1])[0], None)]


def at_most(count):
    return lambda run: list(run)[:count]


def run_by(stop, steps):
    def make_wrong(right):
        def answer(*arguments):
            done = stop(steps(right, *arguments))
            return (*done[-1][0], [cost for _, cost in done if cost is not None])

        return answer

    return make_wrong


RUNS = [("01_logistic_regression", "gradient_descent", descend), ("05_matching_keras", "fit", train)]


@pytest.mark.parametrize(("lesson", "name", "steps"), RUNS, ids=["gradient_descent", "fit"])
@pytest.mark.parametrize(
    "stop", [until_the_cost_rises, until_the_cost_is_flat, the_best, at_most(30)], ids=lambda f: f.__name__
)
def test_runs_that_end_too_early(lesson, name, steps, stop):
    assert judged(lesson, name, run_by(all_of_it, steps)) == ["correct"] * len(SEEDS)
    assert set(judged(lesson, name, run_by(stop, steps))) == {"incorrect"}


@pytest.mark.parametrize(
    ("lesson", "name", "position"),
    [RUNS[0][:2] + (4,), RUNS[1][:2] + (3,), ("05_matching_keras", "sgd_step", 2)],
)
def test_a_learning_rate_of_0_in_place_of_which_another_is_used(lesson, name, position):
    def with_default(right):
        return lambda *a: right(*a[:position], a[position] or 0.1, *a[position + 1 :])

    assert set(judged(lesson, name, with_default)) == {"incorrect"}


# --- Order in memory --------------------------------------------------------------------------------


def test_nudges_in_what_is_a_view_of_arrays_by_rows_alone():
    def through_ravel(right):
        def answer(f, theta, eps=1e-5):
            theta = np.array(theta, dtype=float)
            flat, gradient = theta.ravel(), []
            for k, value in enumerate(flat.tolist()):
                flat[k] = value + eps
                above = f(theta)
                flat[k] = value - eps
                gradient.append((above - f(theta)) / (2 * eps))
                flat[k] = value
            return np.reshape(gradient, theta.shape)

        return answer

    assert set(judged("03_backpropagation", "numerical_gradient", through_ravel)) == {"incorrect"}


BY_ENTRY = [
    "01_logistic_regression/sigmoid",
    "05_matching_keras/leaky_relu",
    "05_matching_keras/leaky_relu_gradient",
]
BY_ENTRY += ["04_softmax_cross_entropy/mean_squared_error_gradient"]
BY_ENTRY += [
    f"06_automatic_differentiation/vjp_{op}" for op in ("matmul", "add", "mul", "sigmoid", "log", "mean")
]


@pytest.mark.parametrize("path", BY_ENTRY)
def test_results_written_to_what_is_a_view_of_arrays_by_rows_alone(path):
    def through_reshape(right):
        def written(value, like):
            result = np.zeros_like(like, dtype=float)
            result.reshape(-1)[:] = np.ravel(value)
            return result

        def answer(*arguments):
            result = right(*arguments)
            values = result if isinstance(result, tuple) else (result,)
            done = tuple(written(*pair) for pair in zip(values, arguments, strict=False))
            return done if isinstance(result, tuple) else done[0]

        return answer

    assert set(judged(*path.split("/"), through_reshape)) == {"incorrect"}
