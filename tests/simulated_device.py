"""TensorFlow as a GPU would round: for tests where there is none.

Sums run in another order. With TensorFloat-32, which is on unless somebody switches it off, the factors of
matrix products in float32 keep 10 bits after the leading one (NVIDIA, "TensorFloat-32 in the A100 GPU").

A GPU has no part in TensorFlow's records of operations, and so neither has the simulation: in eager execution
it overwrites the result of an operation that TensorFlow has recorded; in a graph its own operations have a
scope of their own, and who lists the graph's operations does not see them.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import wraps

import numpy as np

_CUT = 13
"""The bits of a float32 that TensorFloat-32 does without."""
_SCOPE = "simulated_device"


def install() -> None:
    """Let TensorFlow's matrix products, sums and means of this process round as a GPU's."""
    import tensorflow as tf
    from tensorflow.python.framework import ops
    from tensorflow.python.ops import gen_math_ops

    gen_math_ops.mat_mul = _product(tf, gen_math_ops.mat_mul)
    gen_math_ops.batch_mat_mul_v2 = _product(tf, gen_math_ops.batch_mat_mul_v2)
    gen_math_ops._sum = _reduction(tf, gen_math_ops._sum)
    gen_math_ops.mean = _reduction(tf, gen_math_ops.mean)
    ops.Graph.get_operations = _without_simulation(ops.Graph.get_operations)


def cut_to_tf32(tf, x):
    """A float32 tensor, each number rounded to the nearest of TensorFloat-32. It passes gradients through."""
    bits = tf.bitcast(x, tf.int32)
    rounded = tf.bitwise.bitwise_and(bits + (1 << (_CUT - 1)), -(1 << _CUT))
    return x + tf.stop_gradient(tf.bitcast(rounded, tf.float32) - x)


def _product(tf, multiply: Callable) -> Callable:
    def operands(a, b, options):
        is_cut = a.dtype == tf.float32 and tf.config.experimental.tensor_float_32_execution_enabled()
        if is_cut:
            a, b = cut_to_tf32(tf, a), cut_to_tf32(tf, b)
        if a.dtype.is_floating and a.shape.rank and b.shape.rank:
            transposes_a = options.get("transpose_a") or options.get("adj_x")
            transposes_b = options.get("transpose_b") or options.get("adj_y")
            a = tf.reverse(a, [a.shape.rank - (2 if transposes_a else 1)])
            b = tf.reverse(b, [b.shape.rank - (1 if transposes_b else 2)])
        return a, b

    @wraps(multiply)
    def product(a, b, *arguments, **options):
        a, b = tf.convert_to_tensor(a), tf.convert_to_tensor(b)
        if not tf.executing_eagerly():
            with tf.name_scope(_SCOPE):
                a, b = operands(a, b, options)
            return multiply(a, b, *arguments, **options)
        result = multiply(a, b, *arguments, **options)
        with _unrecorded():
            _overwrite(result, multiply(*operands(a, b, options), *arguments, **options))
        return result

    return product


def _reduction(tf, reduce: Callable) -> Callable:
    def operand(x, axis):
        axes = tf.get_static_value(axis)
        if x.dtype.is_floating and axes is not None and x.shape.rank:
            x = tf.reverse(x, sorted({int(one) % x.shape.rank for one in np.ravel(axes)}))
        return x

    @wraps(reduce)
    def reduction(x, axis, *arguments, **options):
        x = tf.convert_to_tensor(x)
        if not tf.executing_eagerly():
            with tf.name_scope(_SCOPE):
                x = operand(x, axis)
            return reduce(x, axis, *arguments, **options)
        result = reduce(x, axis, *arguments, **options)
        with _unrecorded():
            _overwrite(result, reduce(operand(x, axis), axis, *arguments, **options))
        return result

    return reduction


def _unrecorded():
    """A context in which no tape records."""
    from tensorflow.python.eager import record

    return record.stop_recording()


def _overwrite(tensor, other) -> None:
    """Give an eager tensor the numbers of another one."""
    source, target = np.ascontiguousarray(other.numpy()), np.asarray(memoryview(tensor))
    ctypes.memmove(target.ctypes.data, source.ctypes.data, source.nbytes)


def _without_simulation(get_operations: Callable) -> Callable:
    """The method of a graph, which leaves the simulation out, save for TensorFlow's own modules."""

    @wraps(get_operations)
    def listed(graph):
        found = get_operations(graph)
        is_tensorflow = sys._getframe(1).f_globals["__name__"].startswith("tensorflow")
        return found if is_tensorflow else [one for one in found if _SCOPE not in one.name]

    return listed
