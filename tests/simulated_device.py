"""TensorFlow as a GPU would round: for tests where there is none.

Sums run in another order. With TensorFloat-32, which is on unless somebody switches it off, the factors of
matrix products in float32 keep 10 bits after the leading one (NVIDIA, "TensorFloat-32 in the A100 GPU").
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

_CUT = 13
"""The bits of a float32 that TensorFloat-32 does without."""


def install() -> None:
    """Let TensorFlow's matrix products, sums and means of this process round as a GPU's."""
    import tensorflow as tf
    from tensorflow.python.ops import gen_math_ops

    gen_math_ops.mat_mul = _product(tf, gen_math_ops.mat_mul)
    gen_math_ops.batch_mat_mul_v2 = _product(tf, gen_math_ops.batch_mat_mul_v2)
    gen_math_ops._sum = _reduction(tf, gen_math_ops._sum)
    gen_math_ops.mean = _reduction(tf, gen_math_ops.mean)


def cut_to_tf32(tf, x):
    """A float32 tensor, each number rounded to the nearest of TensorFloat-32. It passes gradients through."""
    bits = tf.bitcast(x, tf.int32)
    rounded = tf.bitwise.bitwise_and(bits + (1 << (_CUT - 1)), -(1 << _CUT))
    return x + tf.stop_gradient(tf.bitcast(rounded, tf.float32) - x)


def _product(tf, multiply: Callable) -> Callable:
    @wraps(multiply)
    def product(a, b, *arguments, **options):
        a, b = tf.convert_to_tensor(a), tf.convert_to_tensor(b)
        is_cut = a.dtype == tf.float32 and tf.config.experimental.tensor_float_32_execution_enabled()
        if is_cut:
            a, b = cut_to_tf32(tf, a), cut_to_tf32(tf, b)
        if a.dtype.is_floating and a.shape.rank and b.shape.rank:
            transposes_a = options.get("transpose_a") or options.get("adj_x")
            transposes_b = options.get("transpose_b") or options.get("adj_y")
            a = tf.reverse(a, [a.shape.rank - (2 if transposes_a else 1)])
            b = tf.reverse(b, [b.shape.rank - (1 if transposes_b else 2)])
        return multiply(a, b, *arguments, **options)

    return product


def _reduction(tf, reduce: Callable) -> Callable:
    @wraps(reduce)
    def reduction(x, axis, *arguments, **options):
        x = tf.convert_to_tensor(x)
        axes = tf.get_static_value(axis)
        if x.dtype.is_floating and axes is not None and x.shape.rank:
            reversed_axes = [int(one) % x.shape.rank for one in axes.ravel()]
            x = tf.reverse(x, reversed_axes) if reversed_axes else x
        return reduce(x, axis, *arguments, **options)

    return reduction
