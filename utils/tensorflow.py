"""Imports TensorFlow without its start-up messages.

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


@functools.cache
def import_tensorflow():
    """Import TensorFlow without any output and return the module; later calls return it at once.

    The first operation and the first gradient run here too, because TensorFlow looks for devices then and
    writes about them. Raises `ImportError` if TensorFlow is not installed.
    """
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    with silence():
        _log_errors_only()
        import tensorflow as tf

        _log_errors_only()  # importing resets the level where Python is interactive
        x = tf.Variable([[1.0]], dtype=tf.float64)
        with tf.GradientTape() as tape:
            y = tf.reduce_mean(tf.sigmoid(x @ x))
        tape.gradient(y, x).numpy()
    return tf
