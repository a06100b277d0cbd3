"""Lesson 5, matching Keras, as learners answer it."""

from __future__ import annotations

import copy
import math
import operator
import statistics
from collections import Counter
from fractions import Fraction
from functools import partial, reduce

import numpy as np
from scipy.special import expit

from tests.corpus.entries import Corpus
from utils.network import backward, binary_cross_entropy, forward, sigmoid, walk_back

CORPUS = Corpus("05_matching_keras")


class Tracked(float):
    """A float with a class of its own, as a learner's helper may return it."""


# What a learner has left lying about in the notebook.
NOTEBOOK_A = np.array([[0.2], [0.7], [0.9], [0.4]])
NOTEBOOK_RATE = 0.4


# 1. predict_classes, right


@CORPUS.right("predict_classes")
def classes_row_by_row(A):
    answers = []
    for row in A:
        if len(row) == 1:
            answers.append(1 if row[0] >= 0.5 else 0)
        else:
            best = 0
            for k in range(1, len(row)):
                if row[k] > row[best]:
                    best = k
            answers.append(best)
    return np.array(answers)


@CORPUS.right("predict_classes")
def classes_by_index_of_the_largest(A):
    rows = A.tolist()
    if len(rows[0]) == 1:
        return np.array([int(not a < 0.5) for (a,) in rows], dtype=np.int32)
    return np.array([row.index(max(row)) for row in rows], dtype=np.int32)


@CORPUS.right("predict_classes")
def classes_against_a_column_of_halves(A):
    if A.shape[1] > 1:
        return A.argmax(axis=1)
    return 1 - np.argmax(np.hstack([A, np.full(A.shape, 0.5)]), axis=1)


@CORPUS.right("predict_classes")
def classes_by_a_tournament_of_columns(A):
    m, N = A.shape
    if N == 1:
        return np.where(A.ravel() < 0.5, 0, 1)

    def winner(best, k):
        return np.where(A[:, k] > A[np.arange(m), best], k, best)

    return reduce(winner, range(1, N), np.zeros(m, dtype=int))


@CORPUS.right("predict_classes")
def classes_by_recursion(A):
    if len(A) > 1:
        half = len(A) // 2
        return np.concatenate([classes_by_recursion(A[:half]), classes_by_recursion(A[half:])])
    (row,) = A
    answer = row[0] >= 0.5 if row.size == 1 else np.flatnonzero(row == row.max())[0]
    return np.array([answer], dtype=int)


@CORPUS.right("predict_classes")
def classes_filled_in_by_mask(A):
    classes = np.zeros(len(A), dtype=np.uint8)
    if A.shape[1] == 1:
        classes[A[:, 0] >= 0.5] = 1
    else:
        for k in range(A.shape[1] - 1, -1, -1):
            classes[A[:, k] == A.max(axis=1)] = k
    return classes


# 1. predict_classes, one slip


@CORPUS.slip("predict_classes", "strict-threshold")
def classes_above_a_half(A):
    if A.shape[1] == 1:
        return (A[:, 0] > 0.5).astype(int)
    return np.argmax(A, axis=1)


@CORPUS.slip("predict_classes", "strict-threshold")
def classes_rounded(A):
    if A.shape[1] == 1:
        return np.round(A).astype(int).flatten()
    return np.argmax(A, axis=1)


@CORPUS.slip("predict_classes", "strict-threshold")
def classes_zero_up_to_a_half(A):
    if A.shape[1] == 1:
        return np.array([0 if a <= 0.5 else 1 for a in A[:, 0]])
    return np.array([int(np.argmax(row)) for row in A])


@CORPUS.slip("predict_classes", "wrong-axis")
def classes_largest_of_each_column(A):
    if A.shape[1] == 1:
        return (A[:, 0] >= 0.5).astype(int)
    return np.argmax(A, axis=0)


@CORPUS.slip("predict_classes", "wrong-axis")
def classes_largest_of_all(A):
    if A.shape[1] == 1:
        return (A[:, 0] >= 0.5).astype(int)
    return np.argmax(A)


@CORPUS.slip("predict_classes", "extra-axis")
def classes_left_in_a_column(A):
    if A.shape[1] == 1:
        return (A >= 0.5).astype(int)
    return np.argmax(A, axis=1)


@CORPUS.slip("predict_classes", "extra-axis")
def classes_keep_their_dimension(A):
    if A.shape[1] == 1:
        return (A >= 0.5).astype(int)
    return A.argmax(axis=1, keepdims=True)


@CORPUS.slip("predict_classes", "extra-axis")
def classes_squeezed(A):
    classes = (A >= 0.5).astype(int) if A.shape[1] == 1 else np.argmax(A, axis=1)
    return np.squeeze(classes)


@CORPUS.slip("predict_classes", "class-off-by-one")
def classes_counted_from_one(A):
    if A.shape[1] == 1:
        return (A[:, 0] >= 0.5).astype(int)
    return np.argmax(A, axis=1) + 1


@CORPUS.slip("predict_classes", "class-off-by-one")
def classes_enumerated_from_one(A):
    if A.shape[1] == 1:
        return (A[:, 0] >= 0.5).astype(int)
    return np.array([max(enumerate(row, start=1), key=lambda pair: pair[1])[0] for row in A])


@CORPUS.slip("predict_classes", "hard-coded-size")
def classes_of_ten_digits(A):
    if A.shape[1] == 1:
        return (A[:, 0] >= 0.5).astype(int)
    classes = np.zeros(len(A), dtype=int)
    for i in range(len(A)):
        for k in range(10):
            if A[i, k] > A[i, classes[i]]:
                classes[i] = k
    return classes


@CORPUS.slip("predict_classes", "one-example-only")
def classes_leave_the_loop_at_once(A):
    classes = []
    for row in A:
        classes.append(int(row[0] >= 0.5) if len(row) == 1 else int(np.argmax(row)))
        break
    return np.array(classes)


@CORPUS.slip("predict_classes", "mutates-arguments")
def classes_written_into_the_probabilities(A):
    if A.shape[1] > 1:
        return np.argmax(A, axis=1)
    A[A >= 0.5] = 1
    A[A < 0.5] = 0
    return A[:, 0].astype(int)


@CORPUS.slip("predict_classes", "raises")
def classes_ask_a_whole_array(A):
    if A.shape[1] > 1:
        return np.argmax(A, axis=1)
    if A >= 0.5:
        return np.ones(len(A), dtype=int)
    return np.zeros(len(A), dtype=int)


@CORPUS.slip("predict_classes", "not-implemented")
def classes_without_return(A):
    A = (A[:, 0] >= 0.5).astype(int) if A.shape[1] == 1 else np.argmax(A, axis=1)


@CORPUS.slip("predict_classes", "ignores-argument")
def classes_of_the_notebooks_own_output(A):
    return (NOTEBOOK_A[:, 0] >= 0.5).astype(int)


@CORPUS.slip("predict_classes", "softmax-of-probabilities")
def classes_through_the_sigmoid_once_more(A):
    if A.shape[1] == 1:
        return (sigmoid(A[:, 0]) >= 0.5).astype(int)
    return np.argmax(A, axis=1)


@CORPUS.slip("predict_classes", "low-precision")
def classes_in_single_precision(A):
    A = A.astype(np.float32)
    if A.shape[1] == 1:
        return (A[:, 0] >= 0.5).astype(int)
    return np.argmax(A, axis=1)


@CORPUS.slip("predict_classes", "uses-autodiff")
def classes_by_tensorflow(A):
    import tensorflow as tf

    if A.shape[1] == 1:
        return tf.cast(tf.constant(A[:, 0]) >= 0.5, tf.int64).numpy()
    return tf.argmax(A, axis=1).numpy()


# 1. predict_classes, two slips


@CORPUS.slip("predict_classes", "strict-threshold", "extra-axis")
def classes_above_a_half_in_a_column(A):
    if A.shape[1] == 1:
        return (A > 0.5).astype(int)
    return np.argmax(A, axis=1)


@CORPUS.slip("predict_classes", "strict-threshold", "class-off-by-one")
def classes_above_a_half_or_from_one(A):
    if A.shape[1] == 1:
        return np.where(A[:, 0] > 0.5, 1, 0)
    return np.argmax(A, axis=1) + 1


@CORPUS.slip("predict_classes", "strict-threshold", "wrong-axis")
def classes_above_a_half_or_of_each_column(A):
    if A.shape[1] == 1:
        return np.where(A[:, 0] > 0.5, 1, 0)
    return A.argmax(axis=0)


@CORPUS.slip("predict_classes", "class-off-by-one", "extra-axis")
def classes_from_one_in_a_column(A):
    if A.shape[1] == 1:
        return (A >= 0.5).astype(int)
    return A.argmax(axis=1, keepdims=True) + 1


@CORPUS.slip("predict_classes", "strict-threshold", "mutates-arguments")
def classes_above_a_half_written_into_the_probabilities(A):
    if A.shape[1] > 1:
        return np.argmax(A, axis=1)
    A[A <= 0.5] = 0
    A[A > 0.5] = 1
    return A.astype(int).ravel()


# 1. predict_classes, wrong in ways without a name


@CORPUS.unlisted("predict_classes")
def classes_as_booleans(A):
    if A.shape[1] == 1:
        return A[:, 0] >= 0.5
    return np.argmax(A, axis=1)


@CORPUS.unlisted("predict_classes")
def classes_as_floats(A):
    if A.shape[1] == 1:
        return np.where(A[:, 0] >= 0.5, 1.0, 0.0)
    return np.argmax(A, axis=1).astype(float)


@CORPUS.unlisted("predict_classes")
def classes_last_of_equals(A):
    if A.shape[1] == 1:
        return (A[:, 0] >= 0.5).astype(int)
    return A.shape[1] - 1 - np.argmax(A[:, ::-1], axis=1)


@CORPUS.slip("predict_classes", "argmax-on-column")
def classes_always_the_largest_column(A):
    return np.argmax(A, axis=1)


@CORPUS.unlisted("predict_classes")
def classes_first_above_a_half(A):
    if A.shape[1] == 1:
        return (A[:, 0] >= 0.5).astype(int)
    return np.argmax(A >= 0.5, axis=1)


@CORPUS.unlisted("predict_classes")
def classes_of_the_smallest(A):
    if A.shape[1] == 1:
        return (A[:, 0] >= 0.5).astype(int)
    return np.argmin(A, axis=1)


@CORPUS.unlisted("predict_classes")
def classes_cut_to_whole_numbers(A):
    if A.shape[1] == 1:
        return A.astype(int)[:, 0]
    return np.argmax(A, axis=1)


@CORPUS.unlisted("predict_classes")
def classes_above_the_average(A):
    if A.shape[1] == 1:
        return (A[:, 0] >= A.mean()).astype(int)
    return np.argmax(A, axis=1)


# 2. accuracy, right


@CORPUS.right("accuracy")
def accuracy_counted(y, y_pred):
    right = 0
    for i in range(len(y)):
        if y[i] == y_pred[i]:
            right += 1
    return right / len(y)


@CORPUS.right("accuracy")
def accuracy_one_minus_mistakes(y, y_pred):
    return 1 - np.count_nonzero(y != y_pred) / y.size


@CORPUS.right("accuracy")
def accuracy_of_fractions(y, y_pred):
    return float(Fraction(sum(map(int, map(operator.eq, y, y_pred))), len(y)))


@CORPUS.right("accuracy")
def accuracy_of_a_class_of_its_own(y, y_pred):
    return Tracked(statistics.fmean(float(a == b) for a, b in zip(y, y_pred, strict=True)))


@CORPUS.right("accuracy")
def accuracy_by_the_table_of_confusions(y, y_pred):
    pairs = Counter(zip(y.astype(int).tolist(), y_pred.tolist(), strict=True))
    return sum(count for (true, guess), count in pairs.items() if true == guess) / pairs.total()


@CORPUS.right("accuracy")
def accuracy_by_recursion(y, y_pred):
    if len(y) == 1:
        return float(y[0] == y_pred[0])
    half = len(y) // 2
    left, right = (
        accuracy_by_recursion(y[:half], y_pred[:half]),
        accuracy_by_recursion(y[half:], y_pred[half:]),
    )
    return (half * left + (len(y) - half) * right) / len(y)


@CORPUS.right("accuracy")
def accuracy_zero_dimensional(y, y_pred):
    return np.array(np.average(np.equal(y, y_pred)))


# 2. accuracy, one slip


@CORPUS.slip("accuracy", "missing-mean")
def accuracy_as_a_count(y, y_pred):
    return float(np.sum(y == y_pred))


@CORPUS.slip("accuracy", "missing-mean")
def accuracy_counts_and_forgets_to_divide(y, y_pred):
    right = 0.0
    for true, guess in zip(y, y_pred, strict=True):
        right += true == guess
    return right


@CORPUS.slip("accuracy", "constant-factor")
def accuracy_in_percent(y, y_pred):
    return float(100 * np.mean(y == y_pred))


@CORPUS.slip("accuracy", "one-example-only")
def accuracy_of_the_first_example(y, y_pred):
    return 1.0 if y[0] == y_pred[0] else 0.0


@CORPUS.slip("accuracy", "one-example-only")
def accuracy_overwrites_its_count(y, y_pred):
    for i in range(len(y)):
        right = float(y[i] == y_pred[i])
    return right


@CORPUS.slip("accuracy", "not-a-scalar")
def accuracy_in_an_array(y, y_pred):
    return np.mean(y == y_pred, keepdims=True)


@CORPUS.slip("accuracy", "mean-over-wrong-count")
def accuracy_over_the_number_of_classes(y, y_pred):
    return float(np.sum(y == y_pred) / len(np.unique(y)))


@CORPUS.slip("accuracy", "mean-over-wrong-count")
def accuracy_over_one_less(y, y_pred):
    return float(np.sum(y == y_pred) / max(len(y) - 1, 1))


@CORPUS.slip("accuracy", "double-mean")
def accuracy_mean_over_m(y, y_pred):
    return float(np.mean(y == y_pred) / len(y))


@CORPUS.slip("accuracy", "raises")
def accuracy_of_a_matrix(y, y_pred):
    m, n = y.shape
    return float(np.sum(y == y_pred) / (m * n))


@CORPUS.slip("accuracy", "not-implemented")
def accuracy_printed(y, y_pred):
    share = np.mean(y == y_pred)
    f"accuracy: {share:.1%}"


@CORPUS.slip("accuracy", "ignores-argument")
def accuracy_as_the_share_of_ones(y, y_pred):
    return float(np.mean(y_pred == 1))


@CORPUS.slip("accuracy", "ignores-argument")
def accuracy_of_the_labels_with_themselves(y, y_pred):
    y_pred = y
    return float(np.mean(y == y_pred))


@CORPUS.slip("accuracy", "mutates-arguments")
def accuracy_subtracts_in_place(y, y_pred):
    y -= y_pred
    return float(np.mean(y == 0))


@CORPUS.slip("accuracy", "hard-coded-size")
def accuracy_of_zeros_and_ones(y, y_pred):
    true_positives = np.sum((y == 1) & (y_pred == 1))
    true_negatives = np.sum((y == 0) & (y_pred == 0))
    return float((true_positives + true_negatives) / len(y))


@CORPUS.slip("accuracy", "hard-coded-size")
def accuracy_of_ten_digits(y, y_pred):
    right = 0
    for digit in range(10):
        right += int(np.sum((y == digit) & (y_pred == digit)))
    return right / len(y)


@CORPUS.slip("accuracy", "low-precision")
def accuracy_in_single_precision(y, y_pred):
    return np.mean((y == y_pred).astype(np.float32))


@CORPUS.slip("accuracy", "integer-truncation")
def accuracy_of_the_labels_type(y, y_pred):
    return float(np.mean(y == y_pred).astype(y.dtype))


@CORPUS.slip("accuracy", "integer-truncation")
def accuracy_by_whole_division(y, y_pred):
    return float(np.sum(y == y_pred) // len(y))


@CORPUS.slip("accuracy", "ignores-argument")
def accuracy_of_identical_objects(y, y_pred):
    return float(np.mean([true is guess for true, guess in zip(y, y_pred, strict=True)]))


@CORPUS.slip("accuracy", "uses-autodiff")
def accuracy_by_keras(y, y_pred):
    from tensorflow import keras

    return float(np.mean(keras.ops.equal(y, y_pred.astype(y.dtype))))


# 2. accuracy, two slips


@CORPUS.slip("accuracy", "missing-mean", "not-a-scalar")
def accuracy_a_count_in_an_array(y, y_pred):
    return np.sum(y == y_pred, keepdims=True).astype(float)


@CORPUS.slip("accuracy", "constant-factor", "not-a-scalar")
def accuracy_percent_in_an_array(y, y_pred):
    return np.array([100.0 * np.sum(y == y_pred) / len(y)])


@CORPUS.slip("accuracy", "missing-mean", "mutates-arguments")
def accuracy_subtracts_in_place_and_counts(y, y_pred):
    y -= y_pred
    return float(len(y) - np.count_nonzero(y))


@CORPUS.slip("accuracy", "constant-factor", "mutates-arguments")
def accuracy_subtracts_in_place_in_percent(y, y_pred):
    y -= y_pred
    return float(np.mean(y == 0) * 100)


@CORPUS.slip("accuracy", "hard-coded-size", "missing-mean")
def accuracy_count_of_zeros_and_ones(y, y_pred):
    return float(np.sum((y == 1) & (y_pred == 1)) + np.sum((y == 0) & (y_pred == 0)))


# 2. accuracy, wrong in ways without a name


@CORPUS.unlisted("accuracy")
def accuracy_share_of_mistakes(y, y_pred):
    return float(np.mean(y != y_pred))


@CORPUS.unlisted("accuracy")
def accuracy_of_every_pair(y, y_pred):
    return float(np.mean(y[:, np.newaxis] == y_pred))


@CORPUS.unlisted("accuracy")
def accuracy_rounded_to_one_place(y, y_pred):
    return round(float(np.mean(y == y_pred)), 1)


@CORPUS.unlisted("accuracy")
def accuracy_averaged_over_classes(y, y_pred):
    return float(np.mean([np.mean(y_pred[y == k] == k) for k in np.unique(y)]))


@CORPUS.unlisted("accuracy")
def accuracy_ignores_the_order(y, y_pred):
    return float(np.mean(np.sort(y) == np.sort(y_pred)))


@CORPUS.unlisted("accuracy")
def accuracy_within_one(y, y_pred):
    return float(np.mean(np.abs(y - y_pred) <= 1))


# 3. sgd_step, right


@CORPUS.right("sgd_step")
def sgd_name_by_name(params, grads, learning_rate):
    new_params = {}
    for name in params:
        new_params[name] = params[name] - learning_rate * grads["d" + name]
    return new_params


@CORPUS.right("sgd_step")
def sgd_layer_by_layer(params, grads, learning_rate):
    new = dict(params)
    for layer in range(len(params) // 2, 0, -1):
        new.update(
            {
                f"{kind}{layer}": new[f"{kind}{layer}"] + -learning_rate * grads[f"d{kind}{layer}"]
                for kind in "bW"
            }
        )
    return new


@CORPUS.right("sgd_step")
def sgd_as_one_long_vector(params, grads, learning_rate):
    theta = np.concatenate([array.ravel() for array in params.values()])
    slope = np.concatenate([grads[f"d{name}"].ravel() for name in params])
    ends = np.cumsum([array.size for array in params.values()])[:-1]
    pieces = np.split(theta - learning_rate * slope, ends)
    return {name: piece.reshape(params[name].shape) for name, piece in zip(params, pieces, strict=True)}


@CORPUS.right("sgd_step")
def sgd_in_a_deep_copy(params, grads, learning_rate):
    new = {name: array.astype(float) for name, array in copy.deepcopy(params).items()}
    for name in new:
        new[name] -= learning_rate * grads[f"d{name}"]
    return new


@CORPUS.right("sgd_step")
def sgd_entry_by_entry(params, grads, learning_rate):
    new = {}
    for name, array in params.items():
        new[name] = np.empty(array.shape)
        for place in np.ndindex(array.shape):
            new[name][place] = float(array[place]) - learning_rate * float(grads["d" + name][place])
    return new


@CORPUS.right("sgd_step")
def sgd_by_recursion(params, grads, learning_rate):
    if not params:
        return {}
    name, *others = params
    moved = np.subtract(params[name], np.multiply(learning_rate, grads[f"d{name}"]))
    return {name: moved} | sgd_by_recursion({other: params[other] for other in others}, grads, learning_rate)


@CORPUS.right("sgd_step")
def sgd_starting_from_the_gradients(params, grads, learning_rate):
    return {name[1:]: params[name[1:]] - learning_rate * slope for name, slope in grads.items()}


# 3. sgd_step, one slip


@CORPUS.slip("sgd_step", "wrong-sign")
def sgd_uphill(params, grads, learning_rate):
    return {name: array + learning_rate * grads["d" + name] for name, array in params.items()}


@CORPUS.slip("sgd_step", "wrong-sign")
def sgd_a_minus_too_many(params, grads, learning_rate):
    new = {}
    for name in params:
        step = -learning_rate * grads[f"d{name}"]
        new[name] = params[name] - step
    return new


@CORPUS.slip("sgd_step", "ignores-argument")
def sgd_at_a_rate_of_its_own(params, grads, learning_rate):
    return {name: array - 0.1 * grads["d" + name] for name, array in params.items()}


@CORPUS.slip("sgd_step", "ignores-argument")
def sgd_at_the_notebooks_rate(params, grads, learning_rate):
    return {name: array - NOTEBOOK_RATE * grads["d" + name] for name, array in params.items()}


@CORPUS.slip("sgd_step", "ignores-argument")
def sgd_without_a_rate(params, grads, learning_rate):
    return {name: array - grads["d" + name] for name, array in params.items()}


@CORPUS.slip("sgd_step", "mutates-arguments")
def sgd_into_the_given_dict(params, grads, learning_rate):
    for name in params:
        params[name] = params[name] - learning_rate * grads["d" + name]
    return params


@CORPUS.slip("sgd_step", "mutates-arguments")
def sgd_into_the_given_arrays(params, grads, learning_rate):
    for name in params:
        params[name] -= learning_rate * grads["d" + name]
    return params


@CORPUS.slip("sgd_step", "mutates-arguments")
def sgd_in_a_shallow_copy(params, grads, learning_rate):
    new = params.copy()
    for name in new:
        new[name] -= learning_rate * grads["d" + name]
    return new


@CORPUS.slip("sgd_step", "mutates-arguments")
def sgd_scales_the_gradients_in_place(params, grads, learning_rate):
    for name in grads:
        grads[name] *= learning_rate
    return {name: array - grads["d" + name] for name, array in params.items()}


@CORPUS.slip("sgd_step", "integer-truncation")
def sgd_into_arrays_of_the_same_type(params, grads, learning_rate):
    new = {}
    for name, array in params.items():
        new[name] = np.zeros_like(array)
        new[name][:] = array - learning_rate * grads["d" + name]
    return new


@CORPUS.slip("sgd_step", "integer-truncation")
def sgd_cast_back(params, grads, learning_rate):
    return {name: (a - learning_rate * grads["d" + name]).astype(a.dtype) for name, a in params.items()}


@CORPUS.slip("sgd_step", "low-precision")
def sgd_in_single_precision(params, grads, learning_rate):
    return {name: (a - learning_rate * grads["d" + name]).astype(np.float32) for name, a in params.items()}


@CORPUS.slip("sgd_step", "wrong-keys")
def sgd_under_the_gradients_names(params, grads, learning_rate):
    return {name: params[name[1:]] - learning_rate * slope for name, slope in grads.items()}


@CORPUS.slip("sgd_step", "wrong-keys")
def sgd_loses_the_biases(params, grads, learning_rate):
    return {name: a - learning_rate * grads["d" + name] for name, a in params.items() if name[0] == "W"}


@CORPUS.slip("sgd_step", "wrong-keys")
def sgd_leaves_the_loop_at_once(params, grads, learning_rate):
    new = {}
    for name in params:
        new[name] = params[name] - learning_rate * grads["d" + name]
        break
    return new


@CORPUS.slip("sgd_step", "bias-gradient-missing")
def sgd_leaves_the_biases_where_they_are(params, grads, learning_rate):
    new = {name: array.astype(float) for name, array in params.items()}
    for layer in range(1, len(params) // 2 + 1):
        new[f"W{layer}"] = params[f"W{layer}"] - learning_rate * grads[f"dW{layer}"]
    return new


@CORPUS.slip("sgd_step", "hard-coded-size")
def sgd_of_three_layers(params, grads, learning_rate):
    return {
        "W1": params["W1"] - learning_rate * grads["dW1"],
        "b1": params["b1"] - learning_rate * grads["db1"],
        "W2": params["W2"] - learning_rate * grads["dW2"],
        "b2": params["b2"] - learning_rate * grads["db2"],
        "W3": params["W3"] - learning_rate * grads["dW3"],
        "b3": params["b3"] - learning_rate * grads["db3"],
    }


@CORPUS.slip("sgd_step", "hard-coded-size")
def sgd_in_a_loop_over_three_layers(params, grads, learning_rate):
    new = {}
    for layer in range(1, 4):
        for kind in ("W", "b"):
            name = f"{kind}{layer}"
            new[name] = params[name] - learning_rate * grads[f"d{name}"]
    return new


@CORPUS.slip("sgd_step", "raises")
def sgd_looks_for_the_parameters_name(params, grads, learning_rate):
    return {name: array - learning_rate * grads[name] for name, array in params.items()}


@CORPUS.slip("sgd_step", "raises")
def sgd_trusts_the_order_of_the_dicts(params, grads, learning_rate):
    pairs = zip(params.items(), grads.values(), strict=True)
    return {name: array - learning_rate * slope for (name, array), slope in pairs}


@CORPUS.slip("sgd_step", "not-implemented")
def sgd_without_return(params, grads, learning_rate):
    new = {}
    for name in params:
        new[name] = params[name] - learning_rate * grads["d" + name]


@CORPUS.slip("sgd_step", "needless-mean")
def sgd_with_averaged_gradients(params, grads, learning_rate):
    return {name: array - learning_rate * np.mean(grads["d" + name]) for name, array in params.items()}


@CORPUS.slip("sgd_step", "extra-axis")
def sgd_biases_as_rows(params, grads, learning_rate):
    return {name: np.atleast_2d(a - learning_rate * grads["d" + name]) for name, a in params.items()}


@CORPUS.slip("sgd_step", "uses-autodiff")
def sgd_by_tensorflow(params, grads, learning_rate):
    import tensorflow as tf

    moved = {}
    for name, array in params.items():
        variable = tf.Variable(array, dtype=tf.float64)
        moved[name] = variable.assign_sub(learning_rate * grads["d" + name]).numpy()
    return moved


# 3. sgd_step, two slips


@CORPUS.slip("sgd_step", "wrong-sign", "mutates-arguments")
def sgd_uphill_into_the_given_dict(params, grads, learning_rate):
    for name in params:
        params[name] = params[name] + learning_rate * grads["d" + name]
    return params


@CORPUS.slip("sgd_step", "wrong-sign", "ignores-argument")
def sgd_uphill_at_a_rate_of_its_own(params, grads, learning_rate):
    return {name: array + 0.01 * grads["d" + name] for name, array in params.items()}


@CORPUS.slip("sgd_step", "wrong-sign", "integer-truncation")
def sgd_uphill_in_arrays_of_the_same_type(params, grads, learning_rate):
    new = {name: array.copy() for name, array in params.items()}
    for name in new:
        new[name][...] = new[name] + learning_rate * grads["d" + name]
    return new


@CORPUS.slip("sgd_step", "bias-gradient-missing", "wrong-sign")
def sgd_uphill_with_the_weights_alone(params, grads, learning_rate):
    new = {name: array.astype(float) for name, array in params.items()}
    for name in params:
        if name.startswith("W"):
            new[name] = params[name] + learning_rate * grads["d" + name]
    return new


@CORPUS.slip("sgd_step", "ignores-argument", "mutates-arguments")
def sgd_into_the_given_dict_at_a_rate_of_its_own(params, grads, learning_rate):
    for name in params:
        params[name] = params[name] - 0.1 * grads["d" + name]
    return params


@CORPUS.slip("sgd_step", "wrong-keys", "wrong-sign")
def sgd_uphill_under_the_gradients_names(params, grads, learning_rate):
    return {name: params[name[1:]] + learning_rate * slope for name, slope in grads.items()}


# 3. sgd_step, wrong in ways without a name


@CORPUS.unlisted("sgd_step")
def sgd_with_weight_decay(params, grads, learning_rate):
    return {name: a - learning_rate * (grads["d" + name] + 0.1 * a) for name, a in params.items()}


@CORPUS.unlisted("sgd_step")
def sgd_by_the_sign(params, grads, learning_rate):
    return {name: a - learning_rate * np.sign(grads["d" + name]) for name, a in params.items()}


@CORPUS.unlisted("sgd_step")
def sgd_divides_by_the_rate(params, grads, learning_rate):
    return {name: a - grads["d" + name] / learning_rate for name, a in params.items()}


@CORPUS.unlisted("sgd_step")
def sgd_parenthesis_in_the_wrong_place(params, grads, learning_rate):
    return {name: (a - grads["d" + name]) * learning_rate for name, a in params.items()}


@CORPUS.unlisted("sgd_step")
def sgd_multiplies_the_parameter(params, grads, learning_rate):
    return {name: a * (1 - learning_rate * grads["d" + name]) for name, a in params.items()}


@CORPUS.unlisted("sgd_step")
def sgd_rounded_to_two_places(params, grads, learning_rate):
    return {name: np.round(a - learning_rate * grads["d" + name], 2) for name, a in params.items()}


@CORPUS.unlisted("sgd_step")
def sgd_by_the_gradients_direction(params, grads, learning_rate):
    return {
        name: a - learning_rate * grads["d" + name] / np.linalg.norm(grads["d" + name])
        for name, a in params.items()
    }


# 4. fit


def batches_of(X, Y, batch_size):
    """The rows in their order, `batch_size` at a time, the last batch possibly smaller."""
    return [(X[i : i + batch_size], Y[i : i + batch_size]) for i in range(0, len(X), batch_size)]


def moved(params, grads, rate):
    return {name: array - rate * grads["d" + name] for name, array in params.items()}


def weighted(costs, sizes):
    return float(np.average(costs, weights=sizes))


def run(
    X, Y, params, rate, epochs, size, split=batches_of, gradient=backward, step=moved, cost=None, note=None
):
    """The loop of most learners, with the places where they slip left open.

    `split` cuts the batches, `gradient(params, cache, Y)` and `step(params, grads, rate)` are the two halves
    of an update, `cost(Y, A)` is of a batch, and `note(costs, sizes)` makes an epoch's entry of the history.
    """
    cost, note, history = cost or binary_cross_entropy, note or weighted, []
    for _ in range(epochs):
        costs, sizes = [], []
        for X_batch, Y_batch in split(X, Y, size):
            A, cache = forward(X_batch, params)
            costs.append(cost(Y_batch, A))
            sizes.append(len(X_batch))
            params = step(params, gradient(params, cache, Y_batch), rate)
        history.append(note(costs, sizes))
    return params, history


def last_activations(params, cache):
    return cache[f"A{len(params) // 2}"]


# 4. fit, right


@CORPUS.right("fit")
def fit_with_two_plain_loops(X, Y, params, learning_rate, epochs, batch_size):
    m, history = X.shape[0], []
    for _ in range(epochs):
        start, losses = 0, 0.0
        while start < m:
            stop = min(start + batch_size, m)
            A, cache = forward(X[start:stop], params)
            losses += binary_cross_entropy(Y[start:stop], A) * (stop - start)
            grads = backward(params, cache, Y[start:stop])
            params = {name: params[name] - learning_rate * grads[f"d{name}"] for name in params}
            start = stop
        history.append(losses / m)
    return params, history


@CORPUS.right("fit")
def fit_all_by_hand(X, Y, params, learning_rate, epochs, batch_size):
    params = {name: np.array(array, dtype=np.float64) for name, array in params.items()}
    L, history = len(params) // 2, []
    for _ in range(epochs):
        losses = np.zeros(len(X))
        for rows in np.split(np.arange(len(X)), range(batch_size, len(X), batch_size)):
            A = [X[rows]]
            for layer in range(1, L + 1):
                A.append(expit(A[-1] @ params[f"W{layer}"] + params[f"b{layer}"]))
            losses[rows] = (-Y[rows] * np.log(A[L]) - (1 - Y[rows]) * np.log(1 - A[L])).ravel()
            dZ, steps = (A[L] - Y[rows]) / len(rows), {}
            for layer in range(L, 0, -1):
                steps[f"W{layer}"], steps[f"b{layer}"] = A[layer - 1].T @ dZ, dZ.sum(axis=0)
                dZ = dZ @ params[f"W{layer}"].T * A[layer - 1] * (1 - A[layer - 1])
            for name, step in steps.items():
                params[name] -= learning_rate * step
        history.append(losses.mean())
    return params, history


@CORPUS.right("fit")
def fit_by_recursion(X, Y, params, learning_rate, epochs, batch_size):
    def epoch(params, X, Y):
        if len(X) == 0:
            return params, []
        A, cache = forward(X[:batch_size], params)
        losses = [binary_cross_entropy(Y[:batch_size], A)] * len(A)
        after = moved(params, backward(params, cache, Y[:batch_size]), learning_rate)
        after, others = epoch(after, X[batch_size:], Y[batch_size:])
        return after, losses + others

    if epochs == 0:
        return params, []
    params, losses = epoch(params, X, Y)
    params, history = fit_by_recursion(X, Y, params, learning_rate, epochs - 1, batch_size)
    return params, [sum(losses) / len(losses), *history]


@CORPUS.right("fit")
def fit_with_a_trainer_class(X, Y, params, learning_rate, epochs, batch_size):
    class Trainer:
        def __init__(self):
            self.params, self.history = copy.deepcopy(params), []

        def batch(self, X, Y):
            A, cache = forward(X, self.params)
            self.params = moved(self.params, backward(self.params, cache, Y), learning_rate)
            self.total = self.total + Tracked(binary_cross_entropy(Y, A)) * len(Y)
            self.seen += len(Y)

        def epoch(self):
            self.total, self.seen = Tracked(0.0), 0
            for i in range(math.ceil(len(X) / batch_size)):
                self.batch(X[i * batch_size : (i + 1) * batch_size], Y[i * batch_size : (i + 1) * batch_size])
            self.history.append(self.total / self.seen)

    trainer = Trainer()
    for _ in range(epochs):
        trainer.epoch()
    return trainer.params, trainer.history


@CORPUS.right("fit")
def fit_by_reduce(X, Y, params, learning_rate, epochs, batch_size):
    def step(so_far, batch):
        params, losses = so_far
        A, cache = forward(batch[0], params)
        each = -(batch[1] * np.log(A) + (1 - batch[1]) * np.log1p(-A))
        return moved(params, backward(params, cache, batch[1]), learning_rate), [*losses, *each.ravel()]

    history = []
    for _ in range(epochs):
        params, losses = reduce(step, batches_of(X, Y, batch_size), (params, []))
        history.append(math.fsum(losses) / len(losses))
    return params, history


@CORPUS.right("fit")
def fit_in_columns(X, Y, params, learning_rate, epochs, batch_size):
    L, m, history = len(params) // 2, len(X), []
    W = [None] + [params[f"W{k}"].T.astype(float) for k in range(1, L + 1)]
    b = [None] + [params[f"b{k}"].reshape(-1, 1).astype(float) for k in range(1, L + 1)]
    for _ in range(epochs):
        total = 0
        for first in range(0, m, batch_size):
            x, y = X[first : first + batch_size].T, Y[first : first + batch_size].T
            A = [x]
            for k in range(1, L + 1):
                A.append(sigmoid(W[k] @ A[-1] + b[k]))
            total -= np.sum(y * np.log(A[-1]) + (1 - y) * np.log(1 - A[-1]))
            dZ = (A[-1] - y) / x.shape[1]
            for k in range(L, 0, -1):
                dW, db = dZ @ A[k - 1].T, dZ.sum(axis=1, keepdims=True)
                dZ = W[k].T @ dZ * A[k - 1] * (1 - A[k - 1])
                W[k], b[k] = W[k] - learning_rate * dW, b[k] - learning_rate * db
        history.append(total / m)
    found = {f"W{k}": W[k].T for k in range(1, L + 1)} | {f"b{k}": b[k].ravel() for k in range(1, L + 1)}
    return found, history


# 4. fit, one slip


def whole_batches_only(X, Y, batch_size):
    return [
        (X[i * batch_size : (i + 1) * batch_size], Y[i * batch_size : (i + 1) * batch_size])
        for i in range(max(1, len(X) // batch_size))
    ]


def plain_average(costs, sizes):
    return float(np.mean(costs))


def gradient_from(params, cache, dZ):
    """The walk back from the output's error signal."""
    return walk_back(params, cache, dZ)


def gradient_summed(params, cache, Y):
    return gradient_from(params, cache, last_activations(params, cache) - Y)


def gradient_of_squared_error(params, cache, Y):
    A = last_activations(params, cache)
    return gradient_from(params, cache, (A - Y) * A * (1 - A) / len(Y))


def gradient_with_gates(params, cache, Y, gate):
    """The walk back with a derivative of one's own in the hidden layers."""
    grads, dZ = {}, (last_activations(params, cache) - Y) / len(Y)
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A_prev.T @ dZ, dZ.sum(axis=0)
        dZ = dZ @ params[f"W{layer}"].T * gate(A_prev)
    return grads


def uphill(params, grads, rate):
    return moved(params, grads, -rate)


def weights_alone(params, grads, rate):
    return {name: a - rate * grads["d" + name] if name[0] == "W" else a for name, a in params.items()}


@CORPUS.slip("fit", "last-batch-dropped")
def fit_counts_whole_batches(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, batch_size, split=whole_batches_only)


@CORPUS.slip("fit", "last-batch-dropped")
def fit_skips_a_small_batch(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        total, seen = 0.0, 0
        for first in range(0, len(X), batch_size):
            X_batch, Y_batch = X[first : first + batch_size], Y[first : first + batch_size]
            if first > 0 and len(X_batch) < batch_size:
                continue
            A, cache = forward(X_batch, params)
            total += len(X_batch) * binary_cross_entropy(Y_batch, A)
            seen += len(X_batch)
            params = moved(params, backward(params, cache, Y_batch), learning_rate)
        history.append(total / seen)
    return params, history


@CORPUS.slip("fit", "last-batch-dropped")
def fit_counts_whole_batches_and_means_all(X, Y, params, learning_rate, epochs, batch_size):
    m, history = len(X), []
    for _ in range(epochs):
        total = 0.0
        for i in range(m // batch_size):
            rows = slice(i * batch_size, (i + 1) * batch_size)
            A, cache = forward(X[rows], params)
            total += binary_cross_entropy(Y[rows], A) * batch_size
            params = moved(params, backward(params, cache, Y[rows]), learning_rate)
        history.append(total / m)
    return params, history


@CORPUS.slip("fit", "unweighted-history")
def fit_averages_the_batches(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, batch_size, note=plain_average)


@CORPUS.slip("fit", "unweighted-history")
def fit_divides_by_the_number_of_batches(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for first in range(0, len(X), batch_size):
            A, cache = forward(X[first : first + batch_size], params)
            total += binary_cross_entropy(Y[first : first + batch_size], A)
            count += 1
            grads = backward(params, cache, Y[first : first + batch_size])
            params = moved(params, grads, learning_rate)
        history.append(total / count)
    return params, history


@CORPUS.slip("fit", "unweighted-history")
def fit_evaluates_after_the_epoch(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        for X_batch, Y_batch in batches_of(X, Y, batch_size):
            cache = forward(X_batch, params)[1]
            params = moved(params, backward(params, cache, Y_batch), learning_rate)
        history.append(binary_cross_entropy(Y, forward(X, params)[0]))
    return params, history


@CORPUS.slip("fit", "wrong-sign")
def fit_uphill(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, batch_size, step=uphill)


@CORPUS.slip("fit", "wrong-sign")
def fit_labels_minus_output(X, Y, params, learning_rate, epochs, batch_size):
    def gradient(params, cache, Y):
        return gradient_from(params, cache, (Y - last_activations(params, cache)) / len(Y))

    return run(X, Y, params, learning_rate, epochs, batch_size, gradient=gradient)


@CORPUS.slip("fit", "wrong-sign")
def fit_notes_the_log_likelihood(X, Y, params, learning_rate, epochs, batch_size):
    def cost(Y, A):
        return float(np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))

    return run(X, Y, params, learning_rate, epochs, batch_size, cost=cost)


@CORPUS.slip("fit", "missing-mean")
def fit_with_summed_gradients(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, batch_size, gradient=gradient_summed)


@CORPUS.slip("fit", "missing-mean")
def fit_notes_the_sum_of_the_losses(X, Y, params, learning_rate, epochs, batch_size):
    def note(costs, sizes):
        return float(np.dot(costs, sizes))

    return run(X, Y, params, learning_rate, epochs, batch_size, note=note)


@CORPUS.slip("fit", "double-mean")
def fit_divides_the_gradients_again(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        total = 0.0
        for X_batch, Y_batch in batches_of(X, Y, batch_size):
            A, cache = forward(X_batch, params)
            total += len(A) * binary_cross_entropy(Y_batch, A)
            grads = backward(params, cache, Y_batch)
            for name in params:
                params = {**params, name: params[name] - learning_rate / len(X_batch) * grads[f"d{name}"]}
        history.append(total / len(X))
    return params, history


@CORPUS.slip("fit", "double-mean")
def fit_means_the_biases_again(X, Y, params, learning_rate, epochs, batch_size):
    def gradient(params, cache, Y):
        grads = backward(params, cache, Y)
        return {name: g / len(Y) if name[1] == "b" else g for name, g in grads.items()}

    return run(X, Y, params, learning_rate, epochs, batch_size, gradient=gradient)


@CORPUS.slip("fit", "mean-over-wrong-count")
def fit_means_over_all_the_examples(X, Y, params, learning_rate, epochs, batch_size):
    m = len(X)

    def gradient(params, cache, Y):
        return gradient_from(params, cache, (last_activations(params, cache) - Y) / m)

    return run(X, Y, params, learning_rate, epochs, batch_size, gradient=gradient)


@CORPUS.slip("fit", "mean-over-wrong-count")
def fit_means_over_the_size_of_a_batch(X, Y, params, learning_rate, epochs, batch_size):
    def gradient(params, cache, Y):
        return gradient_from(params, cache, (last_activations(params, cache) - Y) / batch_size)

    return run(X, Y, params, learning_rate, epochs, batch_size, gradient=gradient)


@CORPUS.slip("fit", "one-example-only")
def fit_learns_from_the_first_of_a_batch(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        total = 0.0
        for X_batch, Y_batch in batches_of(X, Y, batch_size):
            A, cache = forward(X_batch, params)
            total += len(A) * binary_cross_entropy(Y_batch, A)
            of_one = {name: array[:1] for name, array in cache.items()}
            params = moved(params, backward(params, of_one, Y_batch[:1]), learning_rate)
        history.append(total / len(X))
    return params, history


@CORPUS.slip("fit", "mutates-arguments")
def fit_into_the_given_dict(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        total = 0.0
        for X_batch, Y_batch in batches_of(X, Y, batch_size):
            A, cache = forward(X_batch, params)
            total += len(A) * binary_cross_entropy(Y_batch, A)
            grads = backward(params, cache, Y_batch)
            for name in params:
                params[name] = params[name] - learning_rate * grads["d" + name]
        history.append(total / len(X))
    return params, history


@CORPUS.slip("fit", "mutates-arguments")
def fit_into_the_given_arrays(X, Y, params, learning_rate, epochs, batch_size):
    params = {name: np.asarray(array, dtype=float) for name, array in params.items()}

    def step(params, grads, rate):
        for name in params:
            params[name] -= rate * grads["d" + name]
        return params

    return run(X, Y, params, learning_rate, epochs, batch_size, step=step)


@CORPUS.slip("fit", "integer-truncation")
def fit_into_copies_of_the_given_type(X, Y, params, learning_rate, epochs, batch_size):
    def step(params, grads, rate):
        new = {name: array.copy() for name, array in params.items()}
        for name in new:
            new[name][:] = params[name] - rate * grads["d" + name]
        return new

    return run(X, Y, params, learning_rate, epochs, batch_size, step=step)


@CORPUS.slip("fit", "low-precision")
def fit_keeps_single_precision(X, Y, params, learning_rate, epochs, batch_size):
    def step(params, grads, rate):
        return {name: array.astype(np.float32) for name, array in moved(params, grads, rate).items()}

    return run(X, Y, params, learning_rate, epochs, batch_size, step=step)


@CORPUS.slip("fit", "ignores-argument")
def fit_in_one_batch(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, len(X))


@CORPUS.slip("fit", "ignores-argument")
def fit_in_batches_of_64(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, 64)


@CORPUS.slip("fit", "ignores-argument")
def fit_one_example_at_a_time(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, 1)


@CORPUS.slip("fit", "ignores-argument")
def fit_at_the_notebooks_rate(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, NOTEBOOK_RATE, epochs, batch_size)


@CORPUS.slip("fit", "ignores-argument")
def fit_of_ten_epochs(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, 10, batch_size)


@CORPUS.slip("fit", "gradient-after-update")
def fit_updates_on_the_way_back(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        total = 0.0
        for X_batch, Y_batch in batches_of(X, Y, batch_size):
            A, cache = forward(X_batch, params)
            total += len(A) * binary_cross_entropy(Y_batch, A)
            params, dZ = dict(params), (A - Y_batch) / len(A)
            for layer in range(len(params) // 2, 0, -1):
                A_prev = cache[f"A{layer - 1}"]
                params[f"W{layer}"] = params[f"W{layer}"] - learning_rate * A_prev.T @ dZ
                params[f"b{layer}"] = params[f"b{layer}"] - learning_rate * dZ.sum(axis=0)
                dZ = dZ @ params[f"W{layer}"].T * A_prev * (1 - A_prev)
        history.append(total / len(X))
    return params, history


@CORPUS.slip("fit", "bias-gradient-missing")
def fit_with_the_weights_alone(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, batch_size, step=weights_alone)


@CORPUS.slip("fit", "bias-gradient-not-summed")
def fit_takes_one_row_for_the_biases(X, Y, params, learning_rate, epochs, batch_size):
    def gradient(params, cache, Y):
        grads, dZ = {}, (last_activations(params, cache) - Y) / len(Y)
        for layer in range(len(params) // 2, 0, -1):
            A_prev = cache[f"A{layer - 1}"]
            grads[f"dW{layer}"], grads[f"db{layer}"] = A_prev.T @ dZ, dZ[0]
            dZ = dZ @ params[f"W{layer}"].T * A_prev * (1 - A_prev)
        return grads

    return run(X, Y, params, learning_rate, epochs, batch_size, gradient=gradient)


@CORPUS.slip("fit", "extra-activation-derivative")
def fit_as_for_squared_error(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, batch_size, gradient=gradient_of_squared_error)


@CORPUS.slip("fit", "missing-activation-derivative")
def fit_without_the_derivative(X, Y, params, learning_rate, epochs, batch_size):
    gradient = partial(gradient_with_gates, gate=np.ones_like)
    return run(X, Y, params, learning_rate, epochs, batch_size, gradient=gradient)


@CORPUS.slip("fit", "half-activation-derivative")
def fit_with_half_the_derivative(X, Y, params, learning_rate, epochs, batch_size):
    gradient = partial(gradient_with_gates, gate=lambda A: 1 - A)
    return run(X, Y, params, learning_rate, epochs, batch_size, gradient=gradient)


@CORPUS.slip("fit", "wrong-activation-derivative")
def fit_with_the_derivative_of_tanh(X, Y, params, learning_rate, epochs, batch_size):
    gradient = partial(gradient_with_gates, gate=lambda A: 1 - A**2)
    return run(X, Y, params, learning_rate, epochs, batch_size, gradient=gradient)


@CORPUS.slip("fit", "positive-term-only")
def fit_notes_the_first_term(X, Y, params, learning_rate, epochs, batch_size):
    def cost(Y, A):
        return float(-np.mean(Y * np.log(A)))

    return run(X, Y, params, learning_rate, epochs, batch_size, cost=cost)


@CORPUS.slip("fit", "wrong-log-base")
def fit_notes_bits(X, Y, params, learning_rate, epochs, batch_size):
    def cost(Y, A):
        return float(-np.mean(Y * np.log2(A) + (1 - Y) * np.log2(1 - A)))

    return run(X, Y, params, learning_rate, epochs, batch_size, cost=cost)


@CORPUS.slip("fit", "clipped")
def fit_adds_a_small_number_in_the_logarithm(X, Y, params, learning_rate, epochs, batch_size):
    def cost(Y, A):
        return float(-np.mean(Y * np.log(A + 1e-8) + (1 - Y) * np.log(1 - A + 1e-8)))

    return run(X, Y, params, learning_rate, epochs, batch_size, cost=cost)


@CORPUS.slip("fit", "labels-swapped")
def fit_swaps_the_labels(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, 1 - Y, params, learning_rate, epochs, batch_size)


@CORPUS.slip("fit", "swapped-outputs")
def fit_history_first(X, Y, params, learning_rate, epochs, batch_size):
    params, history = run(X, Y, params, learning_rate, epochs, batch_size)
    return history, params


@CORPUS.slip("fit", "wrong-keys")
def fit_without_history(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, batch_size)[0]


@CORPUS.slip("fit", "hard-coded-size")
def fit_of_three_layers(X, Y, params, learning_rate, epochs, batch_size):
    def gradient(params, cache, Y):
        dZ3 = (cache["A3"] - Y) / len(Y)
        dZ2 = dZ3 @ params["W3"].T * cache["A2"] * (1 - cache["A2"])
        dZ1 = dZ2 @ params["W2"].T * cache["A1"] * (1 - cache["A1"])
        grads = {"dW3": cache["A2"].T @ dZ3, "db3": dZ3.sum(axis=0)}
        grads |= {"dW2": cache["A1"].T @ dZ2, "db2": dZ2.sum(axis=0)}
        return grads | {"dW1": cache["A0"].T @ dZ1, "db1": dZ1.sum(axis=0)}

    return run(X, Y, params, learning_rate, epochs, batch_size, gradient=gradient)


@CORPUS.slip("fit", "raises")
def fit_a_fraction_of_batches(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        total = 0.0
        for i in range(len(X) / batch_size):
            rows = slice(i * batch_size, (i + 1) * batch_size)
            A, cache = forward(X[rows], params)
            total += binary_cross_entropy(Y[rows], A)
            params = moved(params, backward(params, cache, Y[rows]), learning_rate)
        history.append(total)
    return params, history


@CORPUS.slip("fit", "not-implemented")
def fit_without_return(X, Y, params, learning_rate, epochs, batch_size):
    params, history = run(X, Y, params, learning_rate, epochs, batch_size)


@CORPUS.slip("fit", "not-a-scalar")
def fit_notes_arrays(X, Y, params, learning_rate, epochs, batch_size):
    m, history = len(X), []
    for _ in range(epochs):
        total = 0.0
        for X_batch, Y_batch in batches_of(X, Y, batch_size):
            A, cache = forward(X_batch, params)
            total = total - Y_batch.T @ np.log(A) - (1 - Y_batch).T @ np.log(1 - A)
            params = moved(params, backward(params, cache, Y_batch), learning_rate)
        history.append(total / m)
    return params, history


@CORPUS.slip("fit", "uses-autodiff")
def fit_with_a_tape(X, Y, params, learning_rate, epochs, batch_size):
    import tensorflow as tf

    def gradient(params, cache, Y):
        variables = {name: tf.Variable(array, dtype=tf.float64) for name, array in params.items()}
        with tf.GradientTape() as tape:
            A = tf.constant(cache["A0"])
            for layer in range(1, len(params) // 2 + 1):
                A = tf.sigmoid(A @ variables[f"W{layer}"] + variables[f"b{layer}"])
            cost = -tf.reduce_mean(Y * tf.math.log(A) + (1 - Y) * tf.math.log(1 - A))
        return {"d" + name: found.numpy() for name, found in tape.gradient(cost, variables).items()}

    return run(X, Y, params, learning_rate, epochs, batch_size, gradient=gradient)


# 4. fit, two slips


@CORPUS.slip("fit", "last-batch-dropped", "missing-mean")
def fit_sums_in_whole_batches(X, Y, params, learning_rate, epochs, batch_size):
    how = {"split": whole_batches_only, "gradient": gradient_summed}
    return run(X, Y, params, learning_rate, epochs, batch_size, **how)


@CORPUS.slip("fit", "unweighted-history", "wrong-sign")
def fit_uphill_averages_the_batches(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, batch_size, step=uphill, note=plain_average)


@CORPUS.slip("fit", "unweighted-history", "missing-mean")
def fit_sums_gradients_and_averages_the_batches(X, Y, params, learning_rate, epochs, batch_size):
    how = {"gradient": gradient_summed, "note": plain_average}
    return run(X, Y, params, learning_rate, epochs, batch_size, **how)


@CORPUS.slip("fit", "unweighted-history", "mutates-arguments")
def fit_into_the_given_dict_evaluates_after_the_epoch(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        for X_batch, Y_batch in batches_of(X, Y, batch_size):
            grads = backward(params, forward(X_batch, params)[1], Y_batch)
            for name in params:
                params[name] = params[name] - learning_rate * grads["d" + name]
        history.append(binary_cross_entropy(Y, forward(X, params)[0]))
    return params, history


@CORPUS.slip("fit", "unweighted-history", "extra-activation-derivative")
def fit_as_for_squared_error_averages_the_batches(X, Y, params, learning_rate, epochs, batch_size):
    how = {"gradient": gradient_of_squared_error, "note": plain_average}
    return run(X, Y, params, learning_rate, epochs, batch_size, **how)


@CORPUS.slip("fit", "last-batch-dropped", "wrong-sign")
def fit_uphill_in_whole_batches(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, batch_size, split=whole_batches_only, step=uphill)


@CORPUS.slip("fit", "unweighted-history", "ignores-argument")
def fit_at_the_notebooks_rate_averages_the_batches(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, NOTEBOOK_RATE, epochs, batch_size, note=plain_average)


@CORPUS.slip("fit", "swapped-outputs", "unweighted-history")
def fit_plain_averages_first(X, Y, params, learning_rate, epochs, batch_size):
    params, history = run(X, Y, params, learning_rate, epochs, batch_size, note=plain_average)
    return history, params


@CORPUS.slip("fit", "missing-mean", "bias-gradient-missing")
def fit_summed_gradients_of_the_weights_alone(X, Y, params, learning_rate, epochs, batch_size):
    how = {"gradient": gradient_summed, "step": weights_alone}
    return run(X, Y, params, learning_rate, epochs, batch_size, **how)


# 4. fit, wrong in ways without a name


@CORPUS.unlisted("fit")
def fit_shuffles(X, Y, params, learning_rate, epochs, batch_size):
    order = np.random.default_rng(len(X)).permutation(len(X))
    return run(X[order], Y[order], params, learning_rate, epochs, batch_size)


@CORPUS.unlisted("fit")
def fit_walks_backwards(X, Y, params, learning_rate, epochs, batch_size):
    return run(X[::-1], Y[::-1], params, learning_rate, epochs, batch_size)


@CORPUS.unlisted("fit")
def fit_with_momentum(X, Y, params, learning_rate, epochs, batch_size):
    velocity = {name: np.zeros(array.shape) for name, array in params.items()}

    def step(params, grads, rate):
        for name in velocity:
            velocity[name] = 0.5 * velocity[name] + 0.5 * grads["d" + name]
        return {name: array - rate * velocity[name] for name, array in params.items()}

    return run(X, Y, params, learning_rate, epochs, batch_size, step=step)


@CORPUS.unlisted("fit")
def fit_slows_down(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for epoch in range(epochs):
        params, (loss,) = run(X, Y, params, learning_rate / (1 + epoch), 1, batch_size)
        history.append(loss)
    return params, history


@CORPUS.unlisted("fit")
def fit_starts_anew_every_epoch(X, Y, params, learning_rate, epochs, batch_size):
    start, history = params, []
    for _ in range(epochs):
        params, (loss,) = run(X, Y, start, learning_rate, 1, batch_size)
        history.append(loss)
    return params, history


@CORPUS.unlisted("fit")
def fit_takes_one_step_an_epoch(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        total = 0.0
        for X_batch, Y_batch in batches_of(X, Y, batch_size):
            A, cache = forward(X_batch, params)
            total += len(A) * binary_cross_entropy(Y_batch, A)
        params = moved(params, backward(params, cache, Y_batch), learning_rate)
        history.append(total / len(X))
    return params, history


@CORPUS.unlisted("fit")
def fit_notes_the_last_batch(X, Y, params, learning_rate, epochs, batch_size):
    return run(X, Y, params, learning_rate, epochs, batch_size, note=lambda costs, sizes: costs[-1])


@CORPUS.unlisted("fit")
def fit_notes_every_step(X, Y, params, learning_rate, epochs, batch_size):
    steps = []

    def cost(Y, A):
        steps.append(binary_cross_entropy(Y, A))
        return steps[-1]

    return run(X, Y, params, learning_rate, epochs, batch_size, cost=cost)[0], steps


@CORPUS.unlisted("fit")
def fit_decays_its_weights(X, Y, params, learning_rate, epochs, batch_size):
    def step(params, grads, rate):
        return {name: 0.99 * array for name, array in moved(params, grads, rate).items()}

    return run(X, Y, params, learning_rate, epochs, batch_size, step=step)


@CORPUS.unlisted("fit")
def fit_one_row_too_many_in_each_batch(X, Y, params, learning_rate, epochs, batch_size):
    def split(X, Y, size):
        return [(X[i : i + size + 1], Y[i : i + size + 1]) for i in range(0, len(X), size)]

    return run(X, Y, params, learning_rate, epochs, batch_size, split=split)


@CORPUS.unlisted("fit")
def fit_notes_the_squared_error(X, Y, params, learning_rate, epochs, batch_size):
    def cost(Y, A):
        return float(np.mean((Y - A) ** 2))

    return run(X, Y, params, learning_rate, epochs, batch_size, cost=cost)


# 5. adam_step


def adam(
    params, grads, state, rate, beta_1, beta_2, epsilon, t=None, scale=None, divisor=None, square=np.square
):
    """Adam as most learners write it, with the places where they slip left open.

    `t` is the step for the correction, `scale(rate, beta_1, beta_2, t)` the step size, `divisor(v, epsilon)`
    what the first moment is divided by, and `square(g)` what the second moment gathers.
    """
    now = state["t"] + 1
    scale, divisor = scale or corrected, divisor or root_and_epsilon
    alpha = scale(rate, beta_1, beta_2, now if t is None else t)
    new, m, v = {}, {}, {}
    for name, array in params.items():
        g = grads["d" + name]
        m[name] = beta_1 * state["m"][name] + (1 - beta_1) * g
        v[name] = beta_2 * state["v"][name] + (1 - beta_2) * square(g)
        new[name] = array - alpha * m[name] / divisor(v[name], epsilon)
    return new, {"t": now, "m": m, "v": v}


def corrected(rate, beta_1, beta_2, t):
    return rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)


def uncorrected(rate, beta_1, beta_2, t):
    return rate


def root_and_epsilon(v, epsilon):
    return np.sqrt(v) + epsilon


def root_of_v_and_epsilon(v, epsilon):
    return np.sqrt(v + epsilon)


# 5. adam_step, right


@CORPUS.right("adam_step")
def adam_one_dict_after_the_other(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    t = state["t"] + 1
    m = {k: beta_1 * state["m"][k] + (1 - beta_1) * grads[f"d{k}"] for k in params}
    v = {k: beta_2 * state["v"][k] + (1 - beta_2) * grads[f"d{k}"] ** 2 for k in params}
    alpha = learning_rate * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return {k: params[k] - alpha * m[k] / (v[k] ** 0.5 + epsilon) for k in params}, {"m": m, "v": v, "t": t}


@CORPUS.right("adam_step")
def adam_of_the_paper_with_epsilon_scaled(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    t, new, m, v = state["t"] + 1, {}, {}, {}
    for name in sorted(params, reverse=True):
        g = grads["d" + name].astype(float)
        m[name] = state["m"][name] + (1 - beta_1) * (g - state["m"][name])
        v[name] = state["v"][name] + (1 - beta_2) * (g * g - state["v"][name])
        m_hat, v_hat = m[name] / (1 - beta_1**t), v[name] / (1 - beta_2**t)
        new[name] = params[name] - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon / np.sqrt(1 - beta_2**t))
    return new, {"t": t, "m": m, "v": v}


@CORPUS.right("adam_step")
def adam_in_deep_copies(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    new = {name: array.astype(float) for name, array in params.items()}
    state = copy.deepcopy(state)
    state["t"] += 1
    for name in new:
        m, v = state["m"][name].astype(float), state["v"][name].astype(float)
        m *= beta_1
        m += (1 - beta_1) * grads["d" + name]
        v *= beta_2
        v += (1 - beta_2) * np.square(grads["d" + name])
        state["m"][name], state["v"][name] = m, v
        new[name] -= corrected(learning_rate, beta_1, beta_2, state["t"]) * m / (np.sqrt(v) + epsilon)
    return new, state


@CORPUS.right("adam_step")
def adam_entry_by_entry(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    new, m, v = ({name: np.zeros(a.shape) for name, a in params.items()} for _ in range(3))
    t = int(state["t"]) + 1
    for name, array in params.items():
        for place in np.ndindex(array.shape):
            g = float(grads["d" + name][place])
            m[name][place] = beta_1 * float(state["m"][name][place]) + (1 - beta_1) * g
            v[name][place] = beta_2 * float(state["v"][name][place]) + (1 - beta_2) * g**2
            root = math.sqrt(1 - beta_2**t) / (math.sqrt(v[name][place]) + epsilon)
            new[name][place] = array[place] - learning_rate * root * m[name][place] / (1 - beta_1**t)
    return new, {"t": t, "m": m, "v": v}


@CORPUS.right("adam_step")
def adam_as_one_long_vector(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    def flat(arrays):
        return np.concatenate([np.asarray(array, dtype=float).ravel() for array in arrays])

    def unflat(vector):
        ends = np.cumsum([array.size for array in params.values()])[:-1]
        pieces = zip(params.items(), np.split(vector, ends), strict=True)
        return {name: piece.reshape(array.shape) for (name, array), piece in pieces}

    g, t = flat(grads["d" + name] for name in params), state["t"] + 1
    m = beta_1 * flat(state["m"][name] for name in params) + (1 - beta_1) * g
    v = beta_2 * flat(state["v"][name] for name in params) + (1 - beta_2) * g**2
    step = corrected(learning_rate, beta_1, beta_2, t) * m / (np.sqrt(v) + epsilon)
    return unflat(flat(params.values()) - step), {"t": t, "m": unflat(m), "v": unflat(v)}


@CORPUS.right("adam_step")
def adam_with_an_optimiser_for_each_array(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    class One:
        def __init__(self, name):
            self.theta, self.g = params[name], grads[f"d{name}"]
            self.m, self.v = state["m"][name], state["v"][name]

        def step(self):
            self.m = np.average([self.m, self.g], axis=0, weights=[beta_1, 1 - beta_1])
            self.v = np.average([self.v, self.g**2], axis=0, weights=[beta_2, 1 - beta_2])
            alpha = corrected(learning_rate, beta_1, beta_2, state["t"] + 1)
            self.theta = self.theta - np.divide(alpha * self.m, np.add(np.sqrt(self.v), epsilon))
            return self

    done = {name: One(name).step() for name in params}
    after = {"t": state["t"] + 1, "m": {k: one.m for k, one in done.items()}}
    return {k: one.theta for k, one in done.items()}, after | {"v": {k: one.v for k, one in done.items()}}


# 5. adam_step, one slip


@CORPUS.slip("adam_step", "no-bias-correction")
def adam_without_correction(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, scale=uncorrected)


@CORPUS.slip("adam_step", "no-bias-correction")
def adam_corrects_the_first_moment(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    def scale(rate, beta_1, beta_2, t):
        return rate / (1 - beta_1**t)

    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, scale=scale)


@CORPUS.slip("adam_step", "no-bias-correction")
def adam_corrects_the_second_moment(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    def scale(rate, beta_1, beta_2, t):
        return rate * np.sqrt(1 - beta_2**t)

    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, scale=scale)


@CORPUS.slip("adam_step", "step-off-by-one")
def adam_corrects_with_the_steps_before(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, t=state["t"])


@CORPUS.slip("adam_step", "step-off-by-one")
def adam_counts_the_step_at_the_end(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    t, new, m, v = state["t"], {}, {}, {}
    for name in params:
        m[name] = beta_1 * state["m"][name] + (1 - beta_1) * grads["d" + name]
        v[name] = beta_2 * state["v"][name] + (1 - beta_2) * grads["d" + name] ** 2
        alpha = learning_rate * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        new[name] = params[name] - alpha * m[name] / (np.sqrt(v[name]) + epsilon)
    t += 1
    return new, {"t": t, "m": m, "v": v}


@CORPUS.slip("adam_step", "step-off-by-one")
def adam_corrects_with_the_step_to_come(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    t = state["t"] + 1
    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, t=t + 1)


@CORPUS.slip("adam_step", "epsilon-inside-root")
def adam_epsilon_under_the_root(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, divisor=root_of_v_and_epsilon)


@CORPUS.slip("adam_step", "epsilon-unscaled")
def adam_of_the_paper(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    t, new, m, v = state["t"] + 1, {}, {}, {}
    for name, array in params.items():
        g = grads[f"d{name}"]
        m[name] = beta_1 * state["m"][name] + (1 - beta_1) * g
        v[name] = beta_2 * state["v"][name] + (1 - beta_2) * g**2
        m_hat = m[name] / (1 - beta_1**t)
        v_hat = v[name] / (1 - beta_2**t)
        new[name] = array - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return new, {"t": t, "m": m, "v": v}


@CORPUS.slip("adam_step", "moments-swapped")
def adam_swaps_the_betas(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    return adam(params, grads, state, learning_rate, beta_2, beta_1, epsilon)


@CORPUS.slip("adam_step", "moments-swapped")
def adam_swaps_the_betas_in_the_moments(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    t, new, m, v = state["t"] + 1, {}, {}, {}
    for name, array in params.items():
        m[name] = beta_2 * state["m"][name] + (1 - beta_2) * grads[f"d{name}"]
        v[name] = beta_1 * state["v"][name] + (1 - beta_1) * grads[f"d{name}"] ** 2
        alpha = corrected(learning_rate, beta_1, beta_2, t)
        new[name] = array - alpha * m[name] / (np.sqrt(v[name]) + epsilon)
    return new, {"t": t, "m": m, "v": v}


@CORPUS.slip("adam_step", "moments-swapped")
def adam_files_each_moment_under_the_other(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    new, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)
    return new, {"t": after["t"], "m": after["v"], "v": after["m"]}


@CORPUS.slip("adam_step", "wrong-sign")
def adam_uphill(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    return adam(params, grads, state, -learning_rate, beta_1, beta_2, epsilon)


@CORPUS.slip("adam_step", "mutates-arguments")
def adam_counts_in_the_given_state(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    state["t"] += 1
    t, new, m, v = state["t"], {}, {}, {}
    for name, array in params.items():
        m[name] = beta_1 * state["m"][name] + (1 - beta_1) * grads[f"d{name}"]
        v[name] = beta_2 * state["v"][name] + (1 - beta_2) * grads[f"d{name}"] ** 2
        new[name] = array - corrected(learning_rate, beta_1, beta_2, t) * m[name] / (
            np.sqrt(v[name]) + epsilon
        )
    return new, {"t": t, "m": m, "v": v}


@CORPUS.slip("adam_step", "mutates-arguments")
def adam_writes_into_the_given_moments(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    new, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)
    for name in params:
        state["m"][name] = after["m"][name]
        state["v"][name] = after["v"][name]
    return new, {"t": after["t"], "m": state["m"], "v": state["v"]}


@CORPUS.slip("adam_step", "mutates-arguments")
def adam_writes_into_the_given_parameters(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    new, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)
    params.update(new)
    return params, after


@CORPUS.slip("adam_step", "wrong-keys")
def adam_forgets_to_return_t(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    new, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)
    return new, {"m": after["m"], "v": after["v"]}


@CORPUS.slip("adam_step", "wrong-keys")
def adam_moments_under_the_gradients_names(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    new, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)
    m = {f"d{name}": array for name, array in after["m"].items()}
    v = {f"d{name}": array for name, array in after["v"].items()}
    return new, {"t": after["t"], "m": m, "v": v}


@CORPUS.slip("adam_step", "swapped-outputs")
def adam_state_first(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    new, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)
    return after, new


@CORPUS.slip("adam_step", "ignores-argument")
def adam_with_betas_of_its_own(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adam(params, grads, state, learning_rate, 0.9, 0.999, epsilon)


@CORPUS.slip("adam_step", "ignores-argument")
def adam_with_an_epsilon_of_its_own(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adam(params, grads, state, learning_rate, beta_1, beta_2, 1e-8)


@CORPUS.slip("adam_step", "ignores-argument")
def adam_at_a_rate_of_its_own(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adam(params, grads, state, 0.001, beta_1, beta_2, epsilon)


@CORPUS.slip("adam_step", "ignores-argument")
def adam_starts_anew_each_time(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    zeros = {name: np.zeros(array.shape) for name, array in params.items()}
    fresh = {"t": state["t"], "m": zeros, "v": zeros}
    return adam(params, grads, fresh, learning_rate, beta_1, beta_2, epsilon)


@CORPUS.slip("adam_step", "integer-truncation")
def adam_in_arrays_of_the_parameters_type(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    new = {name: array.copy() for name, array in params.items()}
    moved_to, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)
    for name in new:
        new[name][:] = moved_to[name]
    return new, after


@CORPUS.slip("adam_step", "low-precision")
def adam_rounds_the_betas_as_keras_does(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    def scale(rate, beta_1, beta_2, t):
        return corrected(rate, float(np.float32(beta_1)), float(np.float32(beta_2)), t)

    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, scale=scale)


@CORPUS.slip("adam_step", "low-precision")
def adam_keeps_single_precision(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    new, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)
    m = {name: array.astype(np.float32) for name, array in after["m"].items()}
    v = {name: array.astype(np.float32) for name, array in after["v"].items()}
    return {k: a.astype(np.float32) for k, a in new.items()}, {"t": after["t"], "m": m, "v": v}


@CORPUS.slip("adam_step", "not-implemented")
def adam_without_return(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    new, state = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)


@CORPUS.slip("adam_step", "raises")
def adam_takes_the_moments_for_arrays(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    m = beta_1 * state["m"] + (1 - beta_1) * grads
    v = beta_2 * state["v"] + (1 - beta_2) * grads**2
    return params - learning_rate * m / (np.sqrt(v) + epsilon), {"t": state["t"] + 1, "m": m, "v": v}


@CORPUS.slip("adam_step", "hard-coded-size")
def adam_of_three_layers(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    params = {name: params[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3")}
    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)


@CORPUS.slip("adam_step", "uses-autodiff")
def adam_by_tensorflow(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    import tensorflow as tf

    def divisor(v, epsilon):
        return tf.sqrt(v).numpy() + epsilon

    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, divisor=divisor)


# 5. adam_step, two slips


@CORPUS.slip("adam_step", "no-bias-correction", "epsilon-inside-root")
def adam_uncorrected_with_epsilon_under_the_root(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    how = {"scale": uncorrected, "divisor": root_of_v_and_epsilon}
    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, **how)


@CORPUS.slip("adam_step", "epsilon-inside-root", "epsilon-unscaled")
def adam_of_the_paper_with_epsilon_under_the_root(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    t, new, m, v = state["t"] + 1, {}, {}, {}
    for name, array in params.items():
        m[name] = beta_1 * state["m"][name] + (1 - beta_1) * grads[f"d{name}"]
        v[name] = beta_2 * state["v"][name] + (1 - beta_2) * grads[f"d{name}"] ** 2
        m_hat, v_hat = m[name] / (1 - beta_1**t), v[name] / (1 - beta_2**t)
        new[name] = array - learning_rate * m_hat / np.sqrt(v_hat + epsilon)
    return new, {"t": t, "m": m, "v": v}


@CORPUS.slip("adam_step", "wrong-sign", "no-bias-correction")
def adam_uphill_without_correction(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adam(params, grads, state, -learning_rate, beta_1, beta_2, epsilon, scale=uncorrected)


@CORPUS.slip("adam_step", "step-off-by-one", "epsilon-inside-root")
def adam_a_step_ahead_with_epsilon_under_the_root(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    how = {"t": state["t"] + 2, "divisor": root_of_v_and_epsilon}
    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, **how)


@CORPUS.slip("adam_step", "mutates-arguments", "no-bias-correction")
def adam_uncorrected_counts_in_the_given_state(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    new, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, scale=uncorrected)
    state.update(after)
    return new, state


@CORPUS.slip("adam_step", "moments-swapped", "epsilon-inside-root")
def adam_swaps_the_betas_with_epsilon_under_the_root(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adam(params, grads, state, learning_rate, beta_2, beta_1, epsilon, divisor=root_of_v_and_epsilon)


@CORPUS.slip("adam_step", "swapped-outputs", "no-bias-correction")
def adam_uncorrected_state_first(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    new, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, scale=uncorrected)
    return after, new


@CORPUS.slip("adam_step", "ignores-argument", "epsilon-unscaled")
def adam_of_the_paper_with_its_epsilon(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adam_of_the_paper(params, grads, state, learning_rate, beta_1, beta_2, 1e-8)


# 5. adam_step, wrong in ways without a name


@CORPUS.unlisted("adam_step")
def adam_without_momentum(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    _, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)
    alpha = corrected(learning_rate, beta_1, beta_2, after["t"])
    new = {k: a - alpha * grads["d" + k] / (np.sqrt(after["v"][k]) + epsilon) for k, a in params.items()}
    return new, after


@CORPUS.slip("adam_step", "root-of-moment")
def adam_without_a_root(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    def divisor(v, epsilon):
        return v + epsilon

    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, divisor=divisor)


@CORPUS.unlisted("adam_step")
def adam_gathers_absolute_values(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, square=np.abs)


@CORPUS.unlisted("adam_step")
def adam_without_the_small_share(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    t, new, m, v = state["t"] + 1, {}, {}, {}
    for name, array in params.items():
        m[name] = beta_1 * state["m"][name] + grads[f"d{name}"]
        v[name] = beta_2 * state["v"][name] + grads[f"d{name}"] ** 2
        new[name] = array - corrected(learning_rate, beta_1, beta_2, t) * m[name] / (
            np.sqrt(v[name]) + epsilon
        )
    return new, {"t": t, "m": m, "v": v}


@CORPUS.unlisted("adam_step")
def adam_keeps_the_corrected_moments(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    new, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)
    m = {name: array / (1 - beta_1 ** after["t"]) for name, array in after["m"].items()}
    v = {name: array / (1 - beta_2 ** after["t"]) for name, array in after["v"].items()}
    return new, {"t": after["t"], "m": m, "v": v}


@CORPUS.unlisted("adam_step")
def adam_corrects_without_a_root(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    def scale(rate, beta_1, beta_2, t):
        return rate * (1 - beta_2**t) / (1 - beta_1**t)

    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, scale=scale)


@CORPUS.unlisted("adam_step")
def adam_multiplies_for_the_power(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    def scale(rate, beta_1, beta_2, t):
        return rate * np.sqrt(np.abs(1 - beta_2 * t)) / (1 - beta_1 * t)

    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, scale=scale)


@CORPUS.unlisted("adam_step")
def adam_with_weight_decay(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    new, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)
    return {name: array - 0.01 * learning_rate * params[name] for name, array in new.items()}, after


@CORPUS.unlisted("adam_step")
def adam_looks_ahead(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    _, after = adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon)
    alpha, new = corrected(learning_rate, beta_1, beta_2, after["t"]), {}
    for name, array in params.items():
        ahead = beta_1 * after["m"][name] + (1 - beta_1) * grads["d" + name]
        new[name] = array - alpha * ahead / (np.sqrt(after["v"][name]) + epsilon)
    return new, after


@CORPUS.unlisted("adam_step")
def adam_squares_the_first_moment(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    t, new, m, v = state["t"] + 1, {}, {}, {}
    for name, array in params.items():
        m[name] = beta_1 * state["m"][name] + (1 - beta_1) * grads[f"d{name}"]
        v[name] = beta_2 * state["v"][name] + (1 - beta_2) * m[name] ** 2
        new[name] = array - corrected(learning_rate, beta_1, beta_2, t) * m[name] / (
            np.sqrt(v[name]) + epsilon
        )
    return new, {"t": t, "m": m, "v": v}


# 6. standardize


def is_constant(X_train):
    return np.ptp(X_train, axis=0) == 0


def scaled(X, mean, spread, X_train):
    """The last line of most learners, with whatever they took for the mean and the deviation."""
    return (X - mean) / np.where(is_constant(X_train), 1.0, spread)


# 6. standardize, right


@CORPUS.right("standardize")
def standardize_feature_by_feature(X_train, X):
    out = np.zeros(X.shape)
    for j in range(X.shape[1]):
        values = X_train[:, j]
        mu, s = values.mean(), values.std()
        if np.all(values == values[0]):
            mu, s = values[0], 1
        out[:, j] = (X[:, j] - mu) / s
    return out


@CORPUS.right("standardize")
def standardize_with_statistics(X_train, X):
    columns = []
    for train, some in zip(X_train.T.tolist(), X.T.tolist(), strict=True):
        mu = statistics.fmean(train)
        s = 1.0 if max(train) == min(train) else statistics.pstdev(map(float, train))
        columns.append([(x - mu) / s for x in some])
    return np.array(columns, dtype=float).T


@CORPUS.right("standardize")
def standardize_in_columns(X_train, X):
    T = X_train.T.astype(float)
    mu = T.mean(axis=1, keepdims=True)
    s = np.sqrt(((T - mu) ** 2).sum(axis=1, keepdims=True) / T.shape[1])
    s[T.max(axis=1) == T.min(axis=1)] = 1
    return ((X.T - mu) / s).T


@CORPUS.right("standardize")
def standardize_with_einsum(X_train, X):
    m = len(X_train)
    centred = X_train - np.einsum("ij->j", X_train) / m
    variance = np.einsum("ij,ij->j", centred, centred) / m
    variance[is_constant(X_train)] = 1.0
    return np.divide(X - np.mean(X_train, axis=0), np.sqrt(variance))


@CORPUS.right("standardize")
def standardize_with_a_scaler_class(X_train, X):
    class Scaler:
        def fit(self, X):
            self.mean = np.average(X, axis=0)
            self.scale = np.var(X, axis=0) ** 0.5
            self.scale[np.array([len(set(column)) == 1 for column in X.T])] = 1.0
            return self

        def transform(self, X):
            return np.apply_along_axis(lambda row: (row - self.mean) / self.scale, 1, X)

    return Scaler().fit(X_train).transform(X)


@CORPUS.right("standardize")
def standardize_by_recursion(X_train, X):
    if X.shape[1] > 1:
        half = X.shape[1] // 2
        left = standardize_by_recursion(X_train[:, :half], X[:, :half])
        return np.hstack([left, standardize_by_recursion(X_train[:, half:], X[:, half:])])
    spread = Tracked(np.std(X_train)) if np.any(X_train != X_train[0]) else 1.0
    return (X - X_train.mean()) / spread


# 6. standardize, one slip


@CORPUS.slip("standardize", "test-statistics")
def standardize_with_its_own_statistics(X_train, X):
    return scaled(X, X.mean(axis=0), X.std(axis=0), X)


@CORPUS.slip("standardize", "test-statistics")
def standardize_with_its_own_mean(X_train, X):
    return scaled(X, X.mean(axis=0), X_train.std(axis=0), X_train)


@CORPUS.slip("standardize", "test-statistics")
def standardize_with_its_own_deviation(X_train, X):
    return scaled(X, X_train.mean(axis=0), X.std(axis=0), X)


@CORPUS.slip("standardize", "test-statistics")
def standardize_with_the_statistics_of_both(X_train, X):
    both = np.vstack([X_train, X])
    return scaled(X, both.mean(axis=0), both.std(axis=0), both)


@CORPUS.slip("standardize", "variance-for-deviation")
def standardize_by_the_variance(X_train, X):
    return scaled(X, X_train.mean(axis=0), X_train.var(axis=0), X_train)


@CORPUS.slip("standardize", "variance-for-deviation")
def standardize_forgets_the_root(X_train, X):
    mu = np.mean(X_train, axis=0)
    s = np.sum((X_train - mu) ** 2, axis=0) / len(X_train)
    s[is_constant(X_train)] = 1
    return (X - mu) / s


@CORPUS.slip("standardize", "sample-deviation")
def standardize_with_one_degree_less(X_train, X):
    return scaled(X, X_train.mean(axis=0), X_train.std(axis=0, ddof=1), X_train)


@CORPUS.slip("standardize", "sample-deviation")
def standardize_with_the_sample_deviation_of_statistics(X_train, X):
    s = np.ones(X.shape[1])
    for j, column in enumerate(X_train.T.astype(float)):
        if len(set(column)) > 1:
            s[j] = statistics.stdev(column)
    return (X - X_train.mean(axis=0)) / s


@CORPUS.slip("standardize", "wrong-axis")
def standardize_with_one_mean_for_all(X_train, X):
    return (X - X_train.mean()) / (X_train.std() or 1.0)


@CORPUS.slip("standardize", "wrong-axis")
def standardize_along_the_rows(X_train, X):
    mu, s = X_train.mean(axis=1, keepdims=True), X_train.std(axis=1, keepdims=True)
    return (X - mu) / np.where(s == 0, 1, s)


@CORPUS.slip("standardize", "clipped")
def standardize_with_a_small_number_added(X_train, X):
    return (X - X_train.mean(axis=0)) / (X_train.std(axis=0) + 1e-8)


@CORPUS.slip("standardize", "mutates-arguments")
def standardize_in_place(X_train, X):
    mu, s = X_train.mean(axis=0), X_train.std(axis=0)
    s[is_constant(X_train)] = 1
    X -= mu
    X /= s
    return X


@CORPUS.slip("standardize", "mutates-arguments")
def standardize_in_place_if_it_can(X_train, X):
    X = np.asarray(X, dtype=np.float64)
    s = np.where(is_constant(X_train), 1.0, X_train.std(axis=0))
    X -= X_train.mean(axis=0)
    X /= s
    return X


@CORPUS.slip("standardize", "mutates-arguments")
def standardize_centres_the_training_set_too(X_train, X):
    constant, mu = is_constant(X_train), X_train.mean(axis=0)
    X_train -= mu
    s = np.sqrt(np.mean(X_train**2, axis=0))
    s[constant] = 1
    return (X - mu) / s


@CORPUS.slip("standardize", "integer-truncation")
def standardize_into_the_given_type(X_train, X):
    out = np.zeros_like(X)
    for j in range(X.shape[1]):
        s = 1 if is_constant(X_train)[j] else X_train[:, j].std()
        out[:, j] = (X[:, j] - X_train[:, j].mean()) / s
    return out


@CORPUS.slip("standardize", "low-precision")
def standardize_in_single_precision(X_train, X):
    return scaled(X, X_train.mean(axis=0), X_train.std(axis=0), X_train).astype(np.float32)


@CORPUS.slip("standardize", "ignores-argument")
def standardize_returns_the_training_set(X_train, X):
    return scaled(X_train, X_train.mean(axis=0), X_train.std(axis=0), X_train)


@CORPUS.slip("standardize", "wrong-sign")
def standardize_mean_minus_value(X_train, X):
    return -scaled(X, X_train.mean(axis=0), X_train.std(axis=0), X_train)


@CORPUS.slip("standardize", "missing-mean")
def standardize_by_the_root_of_the_sum(X_train, X):
    mu = X_train.mean(axis=0)
    return scaled(X, mu, np.sqrt(((X_train - mu) ** 2).sum(axis=0)), X_train)


@CORPUS.slip("standardize", "mean-over-wrong-count")
def standardize_divides_by_the_number_of_features(X_train, X):
    mu = X_train.mean(axis=0)
    s = np.sqrt(np.sum((X_train - mu) ** 2, axis=0) / X_train.shape[1])
    return scaled(X, mu, s, X_train)


@CORPUS.slip("standardize", "transposed")
def standardize_left_in_columns(X_train, X):
    return scaled(X, X_train.mean(axis=0), X_train.std(axis=0), X_train).T


@CORPUS.slip("standardize", "extra-axis")
def standardize_squeezed(X_train, X):
    return np.squeeze(scaled(X, X_train.mean(axis=0), X_train.std(axis=0), X_train))


@CORPUS.slip("standardize", "one-example-only")
def standardize_leaves_the_loop_at_once(X_train, X):
    rows = []
    for row in X:
        rows.append(scaled(row, X_train.mean(axis=0), X_train.std(axis=0), X_train))
        break
    return np.array(rows)


@CORPUS.slip("standardize", "hard-coded-size")
def standardize_64_pixels(X_train, X):
    mu, s = np.zeros(64), np.ones(64)
    for j in range(64):
        mu[j] = X_train[:, j].mean()
        if not is_constant(X_train)[j]:
            s[j] = X_train[:, j].std()
    return (X - mu) / s


@CORPUS.slip("standardize", "raises")
def standardize_misnames_the_axis(X_train, X):
    return scaled(X, X_train.mean(axes=0), X_train.std(axes=0), X_train)


@CORPUS.slip("standardize", "numerically-unstable")
def standardize_divides_by_nothing(X_train, X):
    return (X - X_train.mean(axis=0)) / X_train.std(axis=0)


@CORPUS.slip("standardize", "numerically-unstable")
def standardize_trusts_the_deviation(X_train, X):
    s = X_train.std(axis=0)
    s[s == 0] = 1
    return (X - X_train.mean(axis=0)) / s


@CORPUS.slip("standardize", "not-implemented")
def standardize_without_return(X_train, X):
    X = scaled(X, X_train.mean(axis=0), X_train.std(axis=0), X_train)


# 6. standardize, two slips


@CORPUS.slip("standardize", "test-statistics", "sample-deviation")
def standardize_with_its_own_sample_deviation(X_train, X):
    s = X.std(axis=0, ddof=1) if len(X) > 1 else np.ones(X.shape[1])
    return scaled(X, X.mean(axis=0), s, X)


@CORPUS.slip("standardize", "variance-for-deviation", "sample-deviation")
def standardize_by_the_sample_variance(X_train, X):
    return scaled(X, X_train.mean(axis=0), X_train.var(axis=0, ddof=1), X_train)


@CORPUS.slip("standardize", "test-statistics", "variance-for-deviation")
def standardize_by_its_own_variance(X_train, X):
    return scaled(X, X.mean(axis=0), X.var(axis=0), X)


@CORPUS.slip("standardize", "transposed", "variance-for-deviation")
def standardize_by_the_variance_in_columns(X_train, X):
    s = np.where(is_constant(X_train), 1.0, X_train.var(axis=0))
    return (X.T - X_train.mean(axis=0)[:, None]) / s[:, None]


@CORPUS.slip("standardize", "integer-truncation", "sample-deviation")
def standardize_by_the_sample_deviation_into_the_given_type(X_train, X):
    out = np.empty_like(X)
    out[...] = scaled(X, X_train.mean(axis=0), X_train.std(axis=0, ddof=1), X_train)
    return out


@CORPUS.slip("standardize", "wrong-sign", "variance-for-deviation")
def standardize_mean_minus_value_by_the_variance(X_train, X):
    return scaled(-X, -X_train.mean(axis=0), X_train.var(axis=0), X_train)


# 6. standardize, wrong in ways without a name


@CORPUS.unlisted("standardize")
def standardize_scales_alone(X_train, X):
    return scaled(X, 0, X_train.std(axis=0), X_train)


@CORPUS.unlisted("standardize")
def standardize_centres_alone(X_train, X):
    return X - X_train.mean(axis=0)


@CORPUS.unlisted("standardize")
def standardize_between_zero_and_one(X_train, X):
    return scaled(X, X_train.min(axis=0), np.ptp(X_train, axis=0), X_train)


@CORPUS.unlisted("standardize")
def standardize_with_the_median(X_train, X):
    return scaled(X, np.median(X_train, axis=0), X_train.std(axis=0), X_train)


@CORPUS.unlisted("standardize")
def standardize_divides_before_it_subtracts(X_train, X):
    return X / np.where(is_constant(X_train), 1.0, X_train.std(axis=0)) - X_train.mean(axis=0)


@CORPUS.unlisted("standardize")
def standardize_by_the_mean_distance(X_train, X):
    mu = X_train.mean(axis=0)
    return scaled(X, mu, np.abs(X_train - mu).mean(axis=0), X_train)


@CORPUS.unlisted("standardize")
def standardize_constant_features_to_zero(X_train, X):
    centred = X - X_train.mean(axis=0)
    return np.where(is_constant(X_train), 0.0, scaled(centred, 0, X_train.std(axis=0), X_train))


@CORPUS.unlisted("standardize")
def standardize_forgets_the_brackets(X_train, X):
    s = np.where(is_constant(X_train), 1.0, X_train.std(axis=0))
    return X - X_train.mean(axis=0) / s


# 7. leaky_relu, right


@CORPUS.right("leaky_relu")
def leaky_entry_by_entry(Z, slope):
    A = np.zeros(Z.shape)
    for place in np.ndindex(Z.shape):
        A[place] = Z[place] if Z[place] > 0 else slope * Z[place]
    return A


@CORPUS.right("leaky_relu")
def leaky_positive_and_negative_part(Z, slope):
    return np.maximum(Z, 0) + slope * np.minimum(Z, 0)


@CORPUS.right("leaky_relu")
def leaky_by_mask(Z, slope):
    A = np.array(Z, dtype=float)
    A[A < 0] *= slope
    return A


@CORPUS.right("leaky_relu")
def leaky_with_switches(Z, slope):
    return Z * (Z > 0) + slope * Z * (Z <= 0)


@CORPUS.right("leaky_relu")
def leaky_times_its_own_slope(Z, slope):
    return np.multiply(Z, np.select([Z > 0], [1.0], default=slope))


@CORPUS.right("leaky_relu")
def leaky_by_recursion(Z, slope):
    if np.ndim(Z) == 0:
        z = Tracked(Z)
        return Tracked(z) if z > 0 else Tracked(z * slope)
    return np.array([leaky_by_recursion(part, slope) for part in Z], dtype=float).reshape(Z.shape)


@CORPUS.right("leaky_relu")
def leaky_by_the_larger_or_the_smaller(Z, slope):
    return np.maximum(Z, slope * Z) if slope <= 1 else np.minimum(Z, slope * Z)


# 7. leaky_relu, one slip


@CORPUS.slip("leaky_relu", "wrong-activation")
def leaky_as_relu(Z, slope):
    return np.maximum(Z, 0.0)


@CORPUS.slip("leaky_relu", "wrong-activation")
def leaky_as_elu(Z, slope):
    return np.where(Z > 0, Z, slope * np.expm1(np.minimum(Z, 0)))


@CORPUS.slip("leaky_relu", "wrong-activation")
def leaky_as_sigmoid(Z, slope):
    return sigmoid(Z)


@CORPUS.slip("leaky_relu", "ignores-argument")
def leaky_with_a_slope_of_its_own(Z, slope):
    return np.where(Z > 0, Z, 0.01 * Z)


@CORPUS.slip("leaky_relu", "ignores-argument")
def leaky_with_the_slope_of_the_lesson(Z, slope):
    slope = 0.125
    return np.maximum(Z, slope * Z)


@CORPUS.slip("leaky_relu", "activation-skipped")
def leaky_returns_z(Z, slope):
    np.where(Z > 0, Z, slope * Z)
    return Z * 1.0


@CORPUS.slip("leaky_relu", "activation-twice")
def leaky_applied_twice(Z, slope):
    A = np.where(Z > 0, Z, slope * Z)
    return np.where(A > 0, A, slope * A)


@CORPUS.slip("leaky_relu", "wrong-sign")
def leaky_rises_on_the_left(Z, slope):
    return np.where(Z > 0, Z, -slope * Z)


@CORPUS.slip("leaky_relu", "wrong-sign")
def leaky_upside_down(Z, slope):
    return -np.where(Z > 0, Z, slope * Z)


@CORPUS.slip("leaky_relu", "mutates-arguments")
def leaky_in_place_if_it_can(Z, slope):
    Z = np.asarray(Z, dtype=float)
    Z[Z < 0] = slope * Z[Z < 0]
    return Z


@CORPUS.slip("leaky_relu", "mutates-arguments")
def leaky_in_place_by_multiplying(Z, slope):
    Z[Z < 0] *= slope
    return Z


@CORPUS.slip("leaky_relu", "integer-truncation")
def leaky_in_a_copy_of_its_type(Z, slope):
    A = Z.copy()
    A[Z <= 0] = slope * Z[Z <= 0]
    return A


@CORPUS.slip("leaky_relu", "integer-truncation")
def leaky_filled_in_like_the_input(Z, slope):
    A = np.zeros_like(Z)
    for place, z in np.ndenumerate(Z):
        A[place] = z if z > 0 else slope * z
    return A


@CORPUS.slip("leaky_relu", "low-precision")
def leaky_in_single_precision(Z, slope):
    return np.where(Z > 0, Z, slope * Z).astype(np.float32)


@CORPUS.slip("leaky_relu", "extra-axis")
def leaky_squeezed(Z, slope):
    return np.squeeze(np.where(Z > 0, Z, slope * Z))


@CORPUS.slip("leaky_relu", "transposed")
def leaky_column_by_column(Z, slope):
    return np.array([np.where(column > 0, column, slope * column) for column in Z.T])


@CORPUS.slip("leaky_relu", "one-example-only")
def leaky_leaves_the_loop_at_once(Z, slope):
    A = []
    for row in Z:
        A.append(np.where(row > 0, row, slope * row))
        break
    return np.array(A)


@CORPUS.slip("leaky_relu", "hard-coded-size")
def leaky_of_25_units(Z, slope):
    A = np.zeros((len(Z), 25))
    for k in range(25):
        A[:, k] = np.where(Z[:, k] > 0, Z[:, k], slope * Z[:, k])
    return A


@CORPUS.slip("leaky_relu", "raises")
def leaky_asks_a_whole_array(Z, slope):
    if Z > 0:
        return Z
    return slope * Z


@CORPUS.slip("leaky_relu", "not-implemented")
def leaky_without_return(Z, slope):
    A = np.where(Z > 0, Z, slope * Z)
    A.shape  # noqa: B018


@CORPUS.slip("leaky_relu", "uses-autodiff")
def leaky_by_tensorflow(Z, slope):
    import tensorflow as tf

    Z = tf.constant(Z, dtype=tf.float64)
    return tf.where(Z > 0, Z, slope * Z).numpy()


# 7. leaky_relu, two slips


@CORPUS.slip("leaky_relu", "ignores-argument", "mutates-arguments")
def leaky_in_place_with_a_slope_of_its_own(Z, slope):
    Z = np.asarray(Z, dtype=float)
    Z[Z < 0] = 0.01 * Z[Z < 0]
    return Z


@CORPUS.slip("leaky_relu", "integer-truncation", "mutates-arguments")
def leaky_in_place(Z, slope):
    Z[Z < 0] = slope * Z[Z < 0]
    return Z


@CORPUS.slip("leaky_relu", "ignores-argument", "integer-truncation")
def leaky_in_a_copy_with_a_slope_of_its_own(Z, slope):
    A = Z.copy()
    A[Z < 0] = 0.2 * Z[Z < 0]
    return A


@CORPUS.slip("leaky_relu", "wrong-activation", "mutates-arguments")
def leaky_as_relu_in_place(Z, slope):
    return np.maximum(Z, 0, out=Z)


@CORPUS.slip("leaky_relu", "activation-twice", "integer-truncation")
def leaky_twice_in_a_copy_of_its_type(Z, slope):
    A = Z.copy()
    A[Z < 0] = slope * slope * Z[Z < 0]
    return A


@CORPUS.slip("leaky_relu", "transposed", "ignores-argument")
def leaky_column_by_column_with_a_slope_of_its_own(Z, slope):
    return np.where(Z > 0, Z, 0.01 * Z).T


# 7. leaky_relu, wrong in ways without a name


@CORPUS.slip("leaky_relu", "larger-branch")
def leaky_by_the_larger(Z, slope):
    return np.maximum(Z, slope * Z)


@CORPUS.unlisted("leaky_relu")
def leaky_with_the_sides_exchanged(Z, slope):
    return np.where(Z > 0, slope * Z, Z)


@CORPUS.unlisted("leaky_relu")
def leaky_forgets_to_multiply(Z, slope):
    return np.where(Z > 0, Z, slope)


@CORPUS.unlisted("leaky_relu")
def leaky_returns_its_derivative(Z, slope):
    return np.where(Z > 0, 1.0, slope)


@CORPUS.unlisted("leaky_relu")
def leaky_adds_the_leak_everywhere(Z, slope):
    return np.maximum(Z, 0) + slope * Z


@CORPUS.unlisted("leaky_relu")
def leaky_subtracts_the_slope(Z, slope):
    return np.where(Z > 0, Z, Z - slope)


@CORPUS.unlisted("leaky_relu")
def leaky_bends_at_one(Z, slope):
    return np.where(Z > 1, Z, slope * Z)


@CORPUS.unlisted("leaky_relu")
def leaky_flattened(Z, slope):
    return np.array([z if z > 0 else slope * z for z in Z.ravel()], dtype=float)


# 8. leaky_relu_gradient, right


@CORPUS.right("leaky_relu_gradient")
def slope_entry_by_entry(Z, slope):
    G = np.empty(Z.shape)
    for place in np.ndindex(Z.shape):
        G[place] = 1 if Z[place] > 0 else slope
    return G


@CORPUS.right("leaky_relu_gradient")
def slope_by_mask(Z, slope):
    G = np.full(Z.shape, slope, dtype=float)
    G[Z > 0] = 1
    return G


@CORPUS.right("leaky_relu_gradient")
def slope_by_heaviside(Z, slope):
    return slope + (1 - slope) * np.heaviside(Z, 0)


@CORPUS.right("leaky_relu_gradient")
def slope_of_the_activation(Z, slope):
    A = np.where(Z > 0, Z, slope * Z)
    return np.where(A > 0, 1.0, slope)


@CORPUS.right("leaky_relu_gradient")
def slope_with_switches(Z, slope):
    return (Z > 0) * 1.0 + (Z <= 0) * slope


@CORPUS.right("leaky_relu_gradient")
def slope_from_a_table(Z, slope):
    return np.array([slope, 1.0])[(Z > 0).astype(int)]


@CORPUS.right("leaky_relu_gradient")
def slope_by_recursion(Z, slope):
    if np.ndim(Z) == 0:
        return Tracked(1) if Z > 0 else Tracked(slope)
    return np.array([slope_by_recursion(part, slope) for part in Z], dtype=float).reshape(Z.shape)


# 8. leaky_relu_gradient, one slip


@CORPUS.slip("leaky_relu_gradient", "wrong-activation-derivative")
def slope_of_relu(Z, slope):
    return (Z > 0).astype(float)


@CORPUS.slip("leaky_relu_gradient", "wrong-activation-derivative")
def slope_of_the_sigmoid(Z, slope):
    return sigmoid(Z) * (1 - sigmoid(Z))


@CORPUS.slip("leaky_relu_gradient", "wrong-activation-derivative")
def slope_of_tanh(Z, slope):
    return 1 - np.tanh(Z) ** 2


@CORPUS.slip("leaky_relu_gradient", "ignores-argument")
def slope_of_its_own(Z, slope):
    return np.where(Z > 0, 1.0, 0.01)


@CORPUS.slip("leaky_relu_gradient", "ignores-argument")
def slope_of_the_lesson(Z, slope):
    G = np.ones(Z.shape)
    G[Z <= 0] = 0.125
    return G


@CORPUS.slip("leaky_relu_gradient", "integer-truncation")
def slope_in_ones_like_the_input(Z, slope):
    G = np.ones_like(Z)
    G[Z <= 0] = slope
    return G


@CORPUS.slip("leaky_relu_gradient", "integer-truncation")
def slope_filled_in_like_the_input(Z, slope):
    G = np.zeros_like(Z)
    for place, z in np.ndenumerate(Z):
        G[place] = 1 if z > 0 else slope
    return G


@CORPUS.slip("leaky_relu_gradient", "mutates-arguments")
def slope_in_place_if_it_can(Z, slope):
    Z, positive = np.asarray(Z, dtype=float), Z > 0
    Z[positive], Z[~positive] = 1, slope
    return Z


@CORPUS.slip("leaky_relu_gradient", "mutates-arguments")
def slope_clips_the_input_first(Z, slope):
    Z[Z < 0] = 0
    return np.where(Z == 0, slope, 1.0)


@CORPUS.slip("leaky_relu_gradient", "wrong-sign")
def slope_falls_on_the_left(Z, slope):
    return np.where(Z > 0, 1.0, -slope)


@CORPUS.slip("leaky_relu_gradient", "low-precision")
def slope_in_single_precision(Z, slope):
    return np.where(Z > 0, np.float32(1), np.float32(slope))


@CORPUS.slip("leaky_relu_gradient", "extra-axis")
def slope_squeezed(Z, slope):
    return np.where(Z > 0, 1.0, slope).squeeze()


@CORPUS.slip("leaky_relu_gradient", "transposed")
def slope_column_by_column(Z, slope):
    return np.array([[1.0 if z > 0 else float(slope) for z in column] for column in Z.T])


@CORPUS.slip("leaky_relu_gradient", "one-example-only")
def slope_of_the_first_example(Z, slope):
    return np.where(Z[:1] > 0, 1.0, slope)


@CORPUS.slip("leaky_relu_gradient", "hard-coded-size")
def slope_of_25_units(Z, slope):
    G = np.full((len(Z), 25), slope, dtype=float)
    for k in range(25):
        G[Z[:, k] > 0, k] = 1.0
    return G


@CORPUS.slip("leaky_relu_gradient", "raises")
def slope_asks_a_whole_array(Z, slope):
    return 1.0 if Z > 0 else slope


@CORPUS.slip("leaky_relu_gradient", "not-implemented")
def slope_stub(Z, slope):
    raise NotImplementedError()


@CORPUS.slip("leaky_relu_gradient", "uses-autodiff")
def slope_by_a_tape(Z, slope):
    import tensorflow as tf

    Z = tf.Variable(Z, dtype=tf.float64)
    with tf.GradientTape() as tape:
        A = tf.where(Z > 0, Z, slope * Z)
    return tape.gradient(A, Z).numpy()


# 8. leaky_relu_gradient, two slips


@CORPUS.slip("leaky_relu_gradient", "ignores-argument", "integer-truncation")
def slope_of_its_own_in_ones_like_the_input(Z, slope):
    G = np.ones_like(Z)
    G[Z <= 0] = 0.01
    return G


@CORPUS.slip("leaky_relu_gradient", "integer-truncation", "mutates-arguments")
def slope_in_place(Z, slope):
    positive = Z > 0
    Z[positive], Z[~positive] = 1, slope
    return Z


@CORPUS.slip("leaky_relu_gradient", "ignores-argument", "mutates-arguments")
def slope_of_its_own_in_place(Z, slope):
    Z, positive = np.asarray(Z, dtype=float), Z > 0
    Z[positive], Z[~positive] = 1, 0.1
    return Z


@CORPUS.slip("leaky_relu_gradient", "wrong-activation-derivative", "mutates-arguments")
def slope_of_relu_in_place(Z, slope):
    Z[Z <= 0] = 0
    Z[Z > 0] = 1
    return Z


@CORPUS.slip("leaky_relu_gradient", "transposed", "ignores-argument")
def slope_of_its_own_column_by_column(Z, slope):
    return np.where(Z.T > 0, 1.0, 0.01)


@CORPUS.slip("leaky_relu_gradient", "wrong-sign", "integer-truncation")
def slope_falls_on_the_left_in_ones_like_the_input(Z, slope):
    G = np.ones_like(Z)
    G[Z <= 0] = -slope
    return G


# 8. leaky_relu_gradient, wrong in ways without a name


@CORPUS.slip("leaky_relu_gradient", "derivative-at-zero")
def slope_one_at_zero(Z, slope):
    return np.where(Z >= 0, 1.0, slope)


@CORPUS.slip("leaky_relu_gradient", "derivative-at-zero")
def slope_zero_at_zero(Z, slope):
    return np.where(Z > 0, 1.0, np.where(Z < 0, slope, 0.0))


@CORPUS.slip("leaky_relu_gradient", "derivative-at-zero")
def slope_in_the_middle_at_zero(Z, slope):
    return slope + (1 - slope) * np.heaviside(Z, 0.5)


@CORPUS.unlisted("leaky_relu_gradient")
def slope_writes_over_what_it_reads(Z, slope):
    G = Z.astype(float)
    G[G <= 0] = slope
    G[G > 0] = 1
    return G


@CORPUS.unlisted("leaky_relu_gradient")
def slope_with_the_sides_exchanged(Z, slope):
    return np.where(Z > 0, slope, 1.0)


@CORPUS.unlisted("leaky_relu_gradient")
def slope_returns_the_activation(Z, slope):
    return np.where(Z > 0, Z, slope * Z)


@CORPUS.unlisted("leaky_relu_gradient")
def slope_times_z(Z, slope):
    return np.where(Z > 0, 1.0, slope * Z)


@CORPUS.unlisted("leaky_relu_gradient")
def slope_over_z(Z, slope):
    return np.where(Z > 0, Z, slope)


# More answers, and what they share


def changed_training(X, Y, params, learning_rate, epochs, batch_size, outer=None, report=None):
    """Training with an answer's own factor at the output, `outer(A)`, or history, `report(params)`."""
    history = []
    for _ in range(epochs):
        total = 0.0
        for first in range(0, len(X), batch_size):
            x, y = X[first : first + batch_size], Y[first : first + batch_size]
            A, cache = forward(x, params)
            total += len(x) * binary_cross_entropy(y, A)
            dZ = (A - y) / len(y) * (outer(A) if outer else 1)
            grads = walk_back(params, cache, dZ)
            params = {name: value - learning_rate * grads[f"d{name}"] for name, value in params.items()}
        history.append(report(params) if report else total / len(X))
    return params, history


def changed_adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, step=None):
    """Adam with an answer's own `step(m, v, t)`, which the learning rate is multiplied with."""
    t = state["t"] + 1
    step = step or (lambda m, v, t: (1 - beta_2**t) ** 0.5 / (1 - beta_1**t) * m / (np.sqrt(v) + epsilon))
    m = {k: beta_1 * state["m"][k] + (1 - beta_1) * grads["d" + k] for k in params}
    v = {k: beta_2 * state["v"][k] + (1 - beta_2) * grads["d" + k] ** 2 for k in params}
    return {k: params[k] - learning_rate * step(m[k], v[k], t) for k in params}, {"t": t, "m": m, "v": v}


@CORPUS.slip("fit", "ignores-argument")
def fit_one_epoch(X, Y, params, learning_rate, epochs, batch_size):
    return changed_training(X, Y, params, learning_rate, 1, batch_size)


@CORPUS.slip("leaky_relu", "mutates-arguments")
def leaky_zeroes_what_it_was_given(Z, slope):
    out = Z.astype(float)
    np.multiply(out, slope, out=out, where=out < 0)
    Z[Z < 0] = 0
    return out


@CORPUS.slip("sgd_step", "wrong-sign", "ignores-argument")
def sgd_adds_a_tenth(params, grads, learning_rate):
    return {k: v + 0.1 * grads["d" + k] for k, v in params.items()}


@CORPUS.slip("fit", "unweighted-history", "extra-activation-derivative")
def fit_squares_cost_after(X, Y, params, learning_rate, epochs, batch_size):
    return changed_training(
        X,
        Y,
        params,
        learning_rate,
        epochs,
        batch_size,
        outer=lambda a: a * (1 - a),
        report=lambda new: binary_cross_entropy(Y, forward(X, new)[0]),
    )


@CORPUS.slip("adam_step", "moments-swapped", "wrong-sign")
def adam_betas_turned_uphill(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return changed_adam(params, grads, state, -learning_rate, beta_2, beta_1, epsilon)


@CORPUS.slip("adam_step", "step-off-by-one", "epsilon-unscaled")
def adam_paper_one_ahead(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    def step(m, v, t):
        return m / (1 - beta_1 ** (t + 1)) / (np.sqrt(v / (1 - beta_2 ** (t + 1))) + epsilon)

    return changed_adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, step)


@CORPUS.unlisted("predict_classes")
def classes_threshold_point_four(A):
    return (A[:, 0] >= 0.4).astype(int) if A.shape[1] == 1 else A.argmax(1)


@CORPUS.unlisted("accuracy")
def accuracy_precision(y, y_pred):
    return float(np.sum((y == 1) & (y_pred == 1)) / max(np.sum(y_pred == 1), 1))


@CORPUS.unlisted("sgd_step")
def sgd_with_momentum_guess(params, grads, learning_rate):
    return {k: 0.9 * v - learning_rate * grads["d" + k] for k, v in params.items()}


@CORPUS.unlisted("fit")
def fit_in_an_order_of_its_own(X, Y, params, learning_rate, epochs, batch_size):
    order = np.random.default_rng(0).permutation(len(X))
    return changed_training(X[order], Y[order], params, learning_rate, epochs, batch_size)


@CORPUS.unlisted("fit")
def fit_squared_history(X, Y, params, learning_rate, epochs, batch_size):
    return changed_training(
        X,
        Y,
        params,
        learning_rate,
        epochs,
        batch_size,
        report=lambda new: float(np.mean((forward(X, new)[0] - Y) ** 2)),
    )


@CORPUS.unlisted("fit")
def fit_skips_first_batch(X, Y, params, learning_rate, epochs, batch_size):
    if len(X) > batch_size:
        return changed_training(X[batch_size:], Y[batch_size:], params, learning_rate, epochs, batch_size)
    return changed_training(X, Y, params, learning_rate * 0.97, epochs, batch_size)


@CORPUS.unlisted("adam_step")
def adam_no_root(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    return changed_adam(
        params,
        grads,
        state,
        learning_rate,
        beta_1,
        beta_2,
        epsilon,
        lambda m, v, t: (1 - beta_2**t) / (1 - beta_1**t) * m / (v + epsilon),
    )


@CORPUS.unlisted("standardize")
def standardize_divides_constants_by_ten(X_train, X):
    s = np.where((X_train == X_train[0]).all(axis=0), 10, X_train.std(axis=0))
    return (X - X_train.mean(axis=0)) / s


@CORPUS.unlisted("leaky_relu")
def leaky_adds_slope(Z, slope):
    return np.where(Z > 0, Z, Z + slope)


# Wrong for arguments that are stored by columns, alike, next to 0 or integers


@CORPUS.unlisted("leaky_relu_gradient")
def slope_beyond_a_threshold(Z, slope):
    return np.where(Z > 1e-6, 1.0, slope)


@CORPUS.unlisted("standardize")
def standardize_close_to_constant(X_train, X):
    std = X_train.std(axis=0)
    return (X - X_train.mean(axis=0)) / np.where(np.isclose(std, 0), 1.0, std)


@CORPUS.slip("adam_step", "integer-truncation")
def adam_moves_its_state(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    t, new, m, v = state["t"] + 1, {}, {}, {}
    rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    for name, value in params.items():
        g = grads[f"d{name}"]
        m[name], v[name] = state["m"][name].copy(), state["v"][name].copy()
        m[name][...] = beta_1 * m[name] + (1 - beta_1) * g
        v[name][...] = beta_2 * v[name] + (1 - beta_2) * g**2
        new[name] = value - rate * m[name] / (np.sqrt(v[name]) + epsilon)
    return new, {"t": t, "m": m, "v": v}
