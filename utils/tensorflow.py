"""Imports TensorFlow without its start-up messages, set as the lessons expect it.

TensorFlow writes to standard error while it is imported and when its first operation runs. Some of that comes
from C++ and bypasses `sys.stderr`. In a notebook these lines look like errors, and nbgrader takes them for
errors.
"""

import ctypes
import functools
import io
import logging
import os
import sys
from contextlib import contextmanager, suppress

DESCRIPTORS = (1, 2)


class _NullStream(io.TextIOBase):
    """A text stream that discards what is written to it and is never closed.

    A logging handler that is made during `silence()` keeps this stream. So the stream has to stay usable
    afterwards.
    """

    def writable(self):
        return True

    def write(self, text):
        return len(text)

    def close(self):
        """Stay open."""


_NULL_STREAM = _NullStream()


def _flush():
    """Flush every buffer, so that `silence()` discards no text from before it and lets none out after it."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).fflush(None)  # C's own buffers; not every platform has CDLL(None)


def _redirect_descriptors():
    """Redirect the file descriptors 1 and 2 to os.devnull; return {descriptor: copy of the old one}.

    A descriptor that is closed stays closed.
    """
    copies = {}
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        for descriptor in DESCRIPTORS:
            with suppress(OSError):
                copies[descriptor] = os.dup(descriptor)
                os.dup2(nothing, descriptor)
    finally:
        if nothing not in DESCRIPTORS:  # os.open reuses the number of a closed descriptor
            os.close(nothing)
    return copies


def _restore_descriptors(copies):
    """Undo `_redirect_descriptors`."""
    for descriptor, copy in copies.items():
        os.dup2(copy, descriptor)
        os.close(copy)


@contextmanager
def silence():
    """Discard what Python and C code write to standard output and standard error inside this context.

    Afterwards `sys.stdout`, `sys.stderr` and the file descriptors 1 and 2 are as they were, also after an
    exception. The context silences the whole process, all its threads included.
    """
    _flush()
    streams = sys.stdout, sys.stderr
    copies = _redirect_descriptors()
    sys.stdout = sys.stderr = _NULL_STREAM
    try:
        yield
    finally:
        _flush()
        sys.stdout, sys.stderr = streams
        _restore_descriptors(copies)


def _log_errors_only():
    """Set TensorFlow's Python loggers to the level of errors."""
    for name in ("absl", "tensorflow"):
        logging.getLogger(name).setLevel(logging.ERROR)


class TensorFlowUnusable(RuntimeError):
    """TensorFlow or Keras is set in a way that only a new kernel can change; the message says how."""

    def _render_traceback_(self):
        """What IPython displays: the message alone."""
        return [str(self)]


def import_tensorflow():
    """Import TensorFlow without any output, set as the lessons expect it, and return the module.

    Whatever this machine or the notebook has set, Keras computes with TensorFlow and has its own defaults
    afterwards: `float32` for numbers and layers, and 1e-7 for what it clips at. On a GPU, `float32` means
    `float32`: without TensorFloat-32, which cuts the factors of matrix products to three digits.

    Raises `ImportError` if TensorFlow is not installed, `TensorFlowUnusable` if another backend of Keras runs
    already, or eager execution is switched off.
    """
    tf = _imported()
    _demand_usable(tf)
    tf.keras.config.set_floatx("float32")
    tf.keras.config.set_epsilon(1e-7)
    tf.keras.config.set_dtype_policy("float32")
    tf.config.experimental.enable_tensor_float_32_execution(False)
    return tf


@contextmanager
def keras_in_float64():
    """Let Keras compute in `float64` inside this context: new layers, and all the rest."""
    config = import_tensorflow().keras.config
    try:
        config.set_dtype_policy("float64")
        config.set_floatx("float64")
        yield
    finally:
        config.set_dtype_policy("float32")
        config.set_floatx("float32")


@functools.cache
def _imported():
    """TensorFlow after its first operation and gradient: it looks for devices then, and writes about them."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["TF_USE_LEGACY_KERAS"] = "0"
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # two notebooks may share a GPU
    with silence():
        _log_errors_only()
        import tensorflow as tf

        _ = tf.keras.__version__  # imports Keras
        _log_errors_only()  # importing resets the level where Python is interactive
        x = tf.Variable([[1.0]], dtype=tf.float64)
        with tf.GradientTape() as tape:
            y = tf.reduce_mean(tf.sigmoid(x @ x))
        tape.gradient(y, x)
    return tf


def _demand_usable(tf):
    if tf.keras.__version__.startswith("2."):
        raise TensorFlowUnusable(
            f"tf.keras is Keras {tf.keras.__version__} in this kernel, and the lessons need Keras 3. Restart "
            "the kernel, and run the lesson before anything else uses TensorFlow."
        )
    backend = tf.keras.config.backend()
    if backend != "tensorflow":
        raise TensorFlowUnusable(
            f"Keras computes with {backend} in this kernel, and the lessons need TensorFlow. Restart the "
            "kernel, and run the lesson before anything else imports Keras."
        )
    if not tf.executing_eagerly():
        raise TensorFlowUnusable(
            "TensorFlow's eager execution is switched off in this kernel, and the lessons need it. Restart "
            "the kernel, and leave out the line that switches it off."
        )
