"""Uses a library for automatic differentiation by name."""

import tensorflow as tf


def output_delta(A, Y):
    with tf.GradientTape() as tape:
        Z = tf.Variable(A)
        J = tf.reduce_mean(tf.sigmoid(Z))
    return tape.gradient(J, Z).numpy()
