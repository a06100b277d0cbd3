#!/usr/bin/env bash
# With `enable_op_determinism` TensorFlow gives another gradient, where a row of labels doesn't sum to 1: the right one.
#
# TensorFlow 2.21.0, Keras 3.15.1, on a CPU. The op behind `softmax_cross_entropy_with_logits` and Keras's
# `CategoricalCrossentropy` returns p - y, which is right for sum(y) = 1. Its loss, -sum(y log p), has the gradient
# sum(y) p - y. So an image without a label, a row of zeros, costs exactly 0 and still pulls its answer towards equal shares,
# in Keras's `fit`, too. With determinism on, TensorFlow composes the loss of other ops and differentiates those, which is right
# for all rows: a switch for repeatable sums changes which function is differentiated. That labels must be a distribution is
# documented, and https://github.com/tensorflow/tensorflow/issues/60314 asks about rows of zeros; the effect of the switch stands
# only in a review, https://github.com/tensorflow/tensorflow/pull/49178, and for GPUs.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.3.5

cat >"$folder/labels.py" <<'PYTHON'
"""Compares gradients of the softmax cross-entropy with nudged ones, with determinism off and on."""
import sys

import keras
import numpy as np
import tensorflow as tf

LOGITS = np.array([[1.0, 2.0, 0.5]])
LABELS = {name: np.array([row]) for name, row in {"one": [0.0, 1, 0], "none": [0.0, 0, 0], "two": [1.0, 1, 0]}.items()}
loss = keras.losses.CategoricalCrossentropy(from_logits=True, dtype="float64")


def by_tape(y):
    Z = tf.constant(LOGITS)
    with tf.GradientTape() as tape:
        tape.watch(Z)
        J = loss(y, Z)
    return tape.gradient(J, Z).numpy()


def by_nudging(y, step=1e-6):
    def slope(nudge):
        return (float(loss(y, LOGITS + nudge)) - float(loss(y, LOGITS - nudge))) / (2 * step)

    return np.array([[slope(step * row) for row in np.eye(3)]])


def moved_by_fit():
    """Return the loss of an example without a label, and how far one step of `fit` moves the logits."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(3, "softmax", use_bias=False)])
    model.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.SGD(1.0))
    model.set_weights([LOGITS])
    history = model.fit(np.ones((1, 1)), np.zeros((1, 3)), verbose=0).history
    return abs(history["loss"][0]), float(np.abs(model.get_weights()[0] - LOGITS).max())


def look():
    off = {name: float(np.abs(by_tape(y) - by_nudging(y)).max()) for name, y in LABELS.items()}
    costs, moved = moved_by_fit()
    print({name: round(value, 3) for name, value in off.items()}, f"| without a label: cost {costs:g}, moved {moved:.3f}")
    return {name: value > 0.1 for name, value in off.items()}, costs == 0, moved > 0.1


print("how far the tape is off from nudging, by the number of labels in the row")
usual = look()
keras.utils.set_random_seed(1)
tf.config.experimental.enable_op_determinism()
deterministic = look()
as_seen = usual == ({"one": False, "none": True, "two": True}, True, True)
as_seen = as_seen and deterministic == ({"one": False, "none": False, "two": False}, True, False)
sys.exit(None if as_seen else "This has changed.")
PYTHON
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/labels.py" 2>"$folder/stderr" || { tail -n 3 "$folder/stderr"; exit 1; }
