#!/usr/bin/env bash
# Recomputing on the way back draws a new dropout mask in TensorFlow and in Keras: the gradient is that of another network.
#
# TensorFlow 2.21.0, Keras 3.15.1. `tf.recompute_grad`, `keras.remat` and `keras.RematScope` save memory: they run a segment again
# on the way back instead of keeping its values. The second run draws anew. Where a unit was dropped the gradient may flow, and
# where one passed it may be 0, eagerly and in a `tf.function`, and in spite of a seed for the layer. PyTorch's `checkpoint`
# restores the state of its generator for that by default. A batch normalization in the segment moves its averages twice a step.
# Neither the loss nor a warning shows it. `tf.nn.experimental.stateless_dropout` draws from its arguments, and agrees.
# See https://github.com/bojone/bert4keras/issues/521, a question of 2023 without an answer.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tensorflow-cpu==2.21.0 keras==3.15.1 numpy==2.3.5

cat >"$folder/recompute.py" <<'PYTHON'
"""Compares what a dropout let through with where its gradient flows, plain and recomputed."""
import sys

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(7)
X = tf.ones((1, 200))
layer = keras.layers.Dropout(0.5, seed=1)
with keras.RematScope(mode="full"):
    scoped = keras.Sequential([keras.Input((200,)), keras.layers.Dropout(0.5, seed=1)])


def dropped(x):
    return tf.nn.dropout(x, 0.5)


def stateless(x):
    return tf.nn.experimental.stateless_dropout(x, 0.5, seed=[1, 2])


def share_that_agrees(function):
    """Return the share of the entries whose slope is the factor that they were multiplied by."""
    with tf.GradientTape() as tape:
        tape.watch(X)
        Y = function(X)
    return float(np.mean(Y.numpy() == tape.gradient(Y, X).numpy()))


def graph_share():
    @tf.function
    def both():
        with tf.GradientTape() as tape:
            tape.watch(X)
            Y = tf.recompute_grad(dropped)(X)
        return tf.reduce_mean(tf.cast(Y == tape.gradient(Y, X), tf.float32))

    return float(both())


def average_after(wrap):
    """Return the moving mean of a batch normalization, momentum 0.5, after one step on a feature with the mean 1."""
    normalization = keras.layers.BatchNormalization(momentum=0.5)
    data = tf.constant([[0.0], [2.0]])
    normalization.build(data.shape)
    with tf.GradientTape() as tape:
        tape.watch(data)
        J = tf.reduce_sum(wrap(lambda x: normalization(x, training=True))(data) ** 3)
    tape.gradient(J, data)
    return float(normalization.moving_mean.numpy()[0])


shares = {
    "dropout": share_that_agrees(dropped),
    "recompute_grad of it": share_that_agrees(tf.recompute_grad(dropped)),
    "in a tf.function": graph_share(),
    "keras.remat of a layer": share_that_agrees(keras.remat(lambda x: layer(x, training=True))),
    "a RematScope": share_that_agrees(lambda x: scoped(x, training=True)),
    "recompute_grad of a stateless one": share_that_agrees(tf.recompute_grad(stateless)),
}
for name, share in shares.items():
    print(f"{name:34} slope and factor agree in {share:.0%} of the units")
means = average_after(lambda function: function), average_after(tf.recompute_grad)
print(f"batch normalization: moving mean {means[0]:g} after one step, recomputed {means[1]:g}")
by_chance = [0.3 < share < 0.7 for share in shares.values()]
as_seen = by_chance == [False, True, True, True, True, False] and means == (0.5, 0.75)
sys.exit(None if as_seen and shares["dropout"] == 1 else "This has changed.")
PYTHON
TF_CPP_MIN_LOG_LEVEL=3 "$folder/venv/bin/python" "$folder/recompute.py" 2>"$folder/stderr" || { tail -n 3 "$folder/stderr"; exit 1; }
