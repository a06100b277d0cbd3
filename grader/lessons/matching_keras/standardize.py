"""The exercise `standardize`: features with mean 0 and deviation 1 on the training set."""

from __future__ import annotations

import numpy as np

from grader.lessons.cases import stored_by_columns
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Slip
from grader.lessons.matching_keras import sections
from grader.lessons.matching_keras.row_slips import SINGLE_ROW_SLIPS
from grader.lessons.slips import small_numbers
from grader.lessons.tensors import float64
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def standardize(X_train, X, center, spread, constant):
    """`X` `(k, n)` minus the mean of `X_train` `(m, n)`, over its population deviation; float64.

    A feature that is constant in `X_train` is divided by 1.
    """
    deviation = spread(X_train, X)
    return (X - center(X_train, X)) / np.where(constant(X_train, X, deviation), 1.0, deviation)


def center(X_train, X):
    """The mean of each feature `(n,)` in `X_train` `(m, n)`."""
    return X_train.mean(axis=0)


def spread(X_train, X):
    """The population standard deviation of each feature `(n,)` in `X_train` `(m, n)`."""
    return X_train.std(axis=0)


def constant(X_train, X, deviation):
    """Which features `(n,)` never vary in `X_train` `(m, n)`: rounding may leave a deviation above 0."""
    return (X_train == X_train[0]).all(axis=0)


# --- Slips ------------------------------------------------------------------------------------------


def _by_zero_deviation(right, X_train, X, deviation):
    """Finds the constant features by their deviation, which may be nan."""
    return deviation == 0


def _never_constant(right, X_train, X, deviation):
    return np.zeros(np.shape(deviation), bool)


def _statistics_of_x(right, X_train, X, *deviation):
    return right(X, X, *deviation)


def _statistics_of_both(right, X_train, X, *deviation):
    return right(np.concatenate([X_train, X]), X, *deviation)


STATISTICS = ("center", "spread", "constant")


def _statistics(center, spread, constant=_by_zero_deviation):
    """A slip's steps: `center(X_train, X)` and `spread(X_train, X)` in place of the right statistics."""
    return {
        "center": lambda right, X_train, X: center(X_train, X),
        "spread": lambda right, X_train, X: spread(X_train, X),
        "constant": constant,
    }


OF_ROWS_OF_X = (
    lambda X_train, X: X.mean(axis=1, keepdims=True),
    lambda X_train, X: X.std(axis=1, keepdims=True),
)
OF_TRAINING_ROWS = (lambda X_train, X: X_train.mean(axis=1), lambda X_train, X: X_train.std(axis=1))
OF_TRAINING_ROWS_KEPT = (
    lambda X_train, X: X_train.mean(axis=1, keepdims=True),
    lambda X_train, X: X_train.std(axis=1, keepdims=True),
)
OF_ALL_ENTRIES = (lambda X_train, X: X_train.mean(), lambda X_train, X: X_train.std())


def _sample_deviation(right, X_train, X):
    return X_train.std(axis=0, ddof=1) if len(X_train) > 1 else np.full(X_train.shape[1], np.nan)


def _sample_deviation_of_several(right, X_train, X):
    """With m - 1 where there are several examples, 0 where there is a single one."""
    return X_train.std(axis=0, ddof=1 if len(X_train) > 1 else 0)


def _mean_square_over(count):
    """The deviation from a sum of squares over `count(X_train)`, where m is right."""
    return {"spread": lambda right, X_train, X: right(X_train, X) * np.sqrt(len(X_train) / count(X_train))}


def _small_number_added(small):
    return {"spread": lambda right, X_train, X: right(X_train, X) + small, "constant": _never_constant}


def _at_least(small):
    return {
        "spread": lambda right, X_train, X: np.maximum(right(X_train, X), small),
        "constant": _never_constant,
    }


SMALL = small_numbers(3, 12)

TINY = "tiny = np.array([[1.0, 10.0], [3.0, 50.0]]), np.array([[1.0, 10.0], [4.0, 20.0]])"
ONE_ROW_ALONE = Hint(code=f"{TINY}\nprint(standardize(tiny[0], tiny[1][:1]))")
TWO_UNITS = Hint(
    experiment="Give it a feature in metres and one in kilometres: should a number of the one take part in "
    "the mean of the other?"
)
NEVER_VARIES = "features that never vary"
CONSTANT_FEATURE = Hint(
    advice="A feature that never varies has no deviation to divide by, and a small number in its place would "
    "change all other features too. What does the exercise ask for there?",
    experiment="Call it with a training set whose features never vary, and print what you divide by: is it "
    "the number that you meant?",
)
MEAN_OF_SQUARES = Hint(
    advice="A deviation comes from a mean, that of its feature over the examples of the training set. Where "
    "does the number of those examples enter your code, and how often?",
    experiment="Call it with a training set, then with the rows of that set twice over: the mean and the "
    "deviation of a feature stay as they are. Does your answer?",
)

SLIPS = (
    *(
        Slip("test-statistics", steps, hint=ONE_ROW_ALONE)
        for steps in (
            dict.fromkeys(STATISTICS, _statistics_of_x),
            dict.fromkeys(STATISTICS[:1], _statistics_of_x),
            dict.fromkeys(STATISTICS[1:], _statistics_of_x),
            dict.fromkeys(STATISTICS, _statistics_of_both),
        )
    ),
    Slip(
        "variance-for-deviation",
        {"spread": lambda right, X_train, X: right(X_train, X) ** 2},
        hint=Hint(code=f"{TINY}\nprint(standardize(*tiny), standardize(*(100 * part for part in tiny)))"),
    ),
    Slip("sample-deviation", {"spread": _sample_deviation}),
    Slip("sample-deviation", {"spread": _sample_deviation, "constant": _by_zero_deviation}),
    Slip("sample-deviation", {"spread": _sample_deviation_of_several}),
    *(
        Slip("wrong-axis", steps, hint=TWO_UNITS)
        for steps in (
            _statistics(*OF_ROWS_OF_X),
            _statistics(*OF_ROWS_OF_X, constant=_never_constant),
            _statistics(*OF_TRAINING_ROWS),
            _statistics(*OF_TRAINING_ROWS_KEPT),
            _statistics(*OF_ALL_ENTRIES),
            _statistics(*OF_ALL_ENTRIES, constant=_never_constant),
        )
    ),
    Slip("numerically-unstable", {"constant": _never_constant}, NEVER_VARIES, hint=CONSTANT_FEATURE),
    Slip("numerically-unstable", {"constant": _by_zero_deviation}, NEVER_VARIES, hint=CONSTANT_FEATURE),
    Slip("missing-mean", _mean_square_over(lambda X_train: 1), hint=MEAN_OF_SQUARES),
    Slip("double-mean", _mean_square_over(lambda X_train: len(X_train) ** 2), hint=MEAN_OF_SQUARES),
    Slip(
        "mean-over-wrong-count",
        _mean_square_over(lambda X_train: X_train.shape[1]),
        hint=MEAN_OF_SQUARES,
    ),
    *SINGLE_ROW_SLIPS,
    Slip(
        "integer-truncation",
        {"answer": lambda right, X_train, X, **steps: right(X_train, X, **steps).astype(X.dtype)},
        hint=Hint(
            code="tiny = np.array([[1, 10], [3, 50]]), np.array([[1, 10], [4, 20]])\n"
            "print(standardize(*tiny))\nprint(standardize(*(1.0 * part for part in tiny)))"
        ),
    ),
    *(Slip("clipped", _small_number_added(small), hint=CONSTANT_FEATURE) for small in SMALL),
    *(Slip("clipped", _at_least(small), hint=CONSTANT_FEATURE) for small in SMALL),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Features of different means and spreads.

    Constant features hold a number that is exact in binary, except in one case: the mean of three times 0.1
    is rounded, so the deviation is not 0.
    """

    def features(rows, n):
        return rng.normal(size=(rows, n)) * rng.uniform(0.2, 5, size=n) + rng.normal(scale=3, size=n)

    def pair(m, k, n, constants=None):
        """`m` and `k` examples; `constants` maps some of the `n` features to their value in training."""
        both = features(m + k, n)
        for column, value in (constants or {}).items():
            both[:m, column] = value
        return both[:m], both[m:]

    def of_many_sizes(m, k):
        """Two features of a tiny and a large spread, and one with a spread of 3 and some zeros."""
        both = rng.normal(size=(m + k, 3)) * [1e-9, 1e5, 3.0]
        both[1, 2] = both[-1, 2] = 0.0
        return both[:m], both[m:]

    square = pair(5, 5, 5)
    integers = rng.integers(-9, 10, size=(8, 3))
    integers[:2] = [[-9, 3, 0], [4, -5, 7]]  # no feature is constant
    whole = features(6, 3)
    blank = np.zeros((7, 3)), rng.normal(scale=0.01, size=(4, 3))
    cases = [
        ("other examples than the training set, 64 features", *pair(12, 9, 64), {"lesson"}),
        ("the training set itself", whole, whole.copy(), set()),
        ("features of many sizes", *of_many_sizes(9, 4), set()),
        ("more examples than the training set", *pair(4, 5, 2), set()),
        ("as many examples as features", *square, {"square"}),
        ("integers", integers[:5], integers[5:], {"integer"}),
        ("a single example", *pair(6, 1, 4), {"one example"}),
        ("a single feature", *pair(6, 3, 1), {"one unit"}),
        ("constant features", *pair(8, 5, 6, {1: 0.0, 4: 0.5, 5: -2.0}), {"constant"}),
        ("a feature that is 0.1 in all of training", *pair(3, 4, 2, {1: 0.1}), {"constant"}),
        ("features that are all blank in training", *blank, {"constant"}),
        ("a training set of one example", features(1, 3), features(4, 3), {"constant", "one example"}),
    ]
    floats, whole = features(4, 2), rng.integers(-9, 10, size=(5, 2))
    whole[:2] = [[-8, 7], [5, -3]]
    cases += [
        ("floats in X alone", whole, floats, {"integer"}),
        ("floats in X_train alone", floats, whole, {"integer"}),
    ]
    made = [
        Case(label, (X_train, X), frozenset(tags), {"m": len(X_train), "features": X.shape[1]})
        for label, X_train, X, tags in cases
    ]
    return stored_by_columns(made, "features of many sizes")


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    X_train, X = (float64(tf, array) for array in case.arguments)
    constant = tf.reduce_all(tf.equal(X_train, X_train[0]), axis=0)
    deviation = tf.where(constant, tf.ones_like(X_train[0]), tf.math.reduce_std(X_train, axis=0))
    return ((X - tf.reduce_mean(X_train, axis=0)) / deviation).numpy()


# --- Invariants -------------------------------------------------------------------------------------


def _training_set_is_standardised(case: Case, parts) -> bool:
    """The training set itself comes out with mean 0 and deviation 1; other sets need not."""
    (X_train, X), standard = case.arguments, parts["X"]
    if X_train.shape != X.shape or np.any(X_train != X):
        return True
    return bool(np.abs(standard.mean(axis=0)).max() < 1e-9 and np.abs(standard.std(axis=0) - 1).max() < 1e-9)


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="standardize",
    points=2,
    asks="examples standardised with the statistics of the training set",
    reread=sections.STANDARDISED,
    general_hints=(
        "Whose mean and whose deviation do you use for images that the network has never seen?",
        (
            "Each feature has its own mean and its own deviation, over the examples. What happens to a "
            "feature that never varies?"
        ),
        (
            "From `X_train` two arrays (n,); from `X` something of its own shape (k, n). Where a column "
            "of `X_train` is constant, divide by something harmless."
        ),
    ),
    sections=sections.SECTIONS,
    examples={
        "tiny": TINY,
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), tiny[1]",
        "tiny_far": "tiny_far = np.tile([0.1, 2.0], (3, 1)), np.array([[0.5, 5.0]])",
    },
    hints={
        "extra-axis": Hint(
            code=(f"{TINY}\nprint(standardize(tiny[0], tiny[1][:1]))"),
        ),
    },
    arguments=("X_train", "X"),
    cases=_cases,
    reference=_reference,
    solve=standardize,
    steps={"center": center, "spread": spread, "constant": constant},
    slips=SLIPS,
    parts=("X",),
    axes={"X": ("example", "feature")},
    invariants=(
        Invariant("The training set itself does not come out standardised.", _training_set_is_standardised),
    ),
    equivalent={
        "All are equal to the last one if and only if they are equal to the first.": (
            "constant = (X_train == X_train[0]).all(axis=0)"
            " -> constant = (X_train == X_train[-1]).all(axis=0)",
        ),
        "A row broadcasts over the examples as a vector does.": (
            "deviation = X_train.std(axis=0) -> deviation = X_train.std(axis=0, keepdims=True)",
            "constant = (X_train == X_train[0]).all(axis=0)"
            " -> constant = (X_train == X_train[0]).all(axis=0, keepdims=True)",
            "return (X - X_train.mean(axis=0)) / np.where(constant, 1.0, deviation)"
            " -> return (X - X_train.mean(axis=0, keepdims=True)) / np.where(constant, 1.0, deviation)",
        ),
    },
)
