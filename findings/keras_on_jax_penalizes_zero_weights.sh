#!/usr/bin/env bash
# With JAX behind Keras an L1 penalty pushes weights away from 0, and a leaky ReLU at 0 passes the whole signal.
#
# Keras 3.15.1, jax 0.10.2. JAX's slope of |x| at 0 is 1, that to the right, where TensorFlow, PyTorch and autograd have 0
# (https://github.com/jax-ml/jax/issues/37820). So a model whose weights are 0 and right has the cost 0, and a step of `fit` makes
# each of them minus rate times penalty; the same model on TensorFlow 2.21.0 stays. JAX's `leaky_relu` has at 0 the slope 1, not
# the negative slope, though its `relu` has 0: from weights of 0, the first step is 1/slope times that on TensorFlow. One formula
# for log(1 + e^x), max(x, 0) + log1p(e^-|x|), has at 0 the right slope of 1/2 with autograd 1.9.1, 0 with JAX, and with
# TensorFlow 1, or 0 if the arguments of `tf.maximum` change places.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2 autograd==1.9.1 numpy==2.3.5

cat >"$folder/corners.py" <<'PYTHON'
"""Makes a step from weights of 0 with Keras on JAX, and prints slopes of JAX and autograd at corners."""
import sys

import autograd
import jax
import keras
import numpy as np


def after_one_step(dense, *more, answer):
    """Return the cost of a network of zeros for the input 1, and its first weight after a step at the rate 1/2."""
    model = keras.Sequential([keras.Input((1,)), dense, *more])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.5))
    history = model.fit(np.ones((1, 1)), np.full((1, 1), answer), verbose=0).history
    return history["loss"][0], float(model.get_weights()[0][0, 0])


def dense(**options):
    return keras.layers.Dense(1, kernel_initializer="zeros", use_bias=False, **options)


def softplus(np):
    return lambda x: np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


penalized = after_one_step(dense(kernel_regularizer=keras.regularizers.L1(0.25)), answer=0.0)
leaky = after_one_step(dense(), keras.layers.LeakyReLU(negative_slope=0.25), answer=1.0)
print(f"L1 penalty: cost {penalized[0]:g}, weight 0 becomes {penalized[1]:g}")
print(f"leaky ReLU, slope 1/4: weight 0 becomes {leaky[1]:g}, on TensorFlow 0.25")
nn, jnp = jax.nn, jax.numpy
slopes = [float(jax.grad(f)(0.0)) for f in (jnp.abs, nn.relu, nn.leaky_relu, lambda x: jnp.maximum(x, 0.0), softplus(jnp))]
print("JAX at 0: |x|, relu, leaky_relu, max(x, 0), log(1 + e^x):", slopes)
by_autograd = [float(autograd.grad(f)(0.0)) for f in (autograd.numpy.abs, softplus(autograd.numpy))]
print("autograd at 0: |x|, log(1 + e^x):", by_autograd)
as_seen = penalized == (0, -0.125) and leaky[1] == 1 and slopes == [1, 0, 1, 0.5, 0] and by_autograd == [0, 0.5]
sys.exit(None if as_seen else "This has changed.")
PYTHON
KERAS_BACKEND=jax "$folder/venv/bin/python" "$folder/corners.py"
