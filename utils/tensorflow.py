"""TensorFlow without its start-up messages.

TensorFlow writes to standard error while it is imported and again when its first operation
runs, partly from C++ and so past `sys.stderr`. In a notebook those lines look like errors, and a
grader that reads standard error takes them for some.
"""

import ctypes
import functools
import io
import logging
import os
import sys
from contextlib import contextmanager, suppress

DESCRIPTORS = (1, 2)


class _Nowhere(io.TextIOBase):
    """A text stream that forgets what is written to it and is never closed.

    A logging handler made during `silence()` keeps the stream it found for good, so the stream
    has to stay usable after the silence is over.
    """

    def writable(self):
        """Say yes, as any standard stream does."""
        return True

    def write(self, text):
        """Forget `text` and return its length, as `write` promises."""
        return len(text)

    def close(self):
        """Stay open."""


_NOWHERE = _Nowhere()


def _flush():
    """Empty every buffer, so that text lands on the side of the silence where it was written."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).fflush(None)  # C's own buffers; not every platform has CDLL(None)


def _divert_descriptors():
    """Point the file descriptors 1 and 2 at os.devnull; return {descriptor: copy of the old}.

    A descriptor that is closed has nothing to hear and is left alone.
    """
    kept = {}
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        for descriptor in DESCRIPTORS:
            with suppress(OSError):
                kept[descriptor] = os.dup(descriptor)
                os.dup2(nothing, descriptor)
    finally:
        if nothing not in DESCRIPTORS:  # os.open hands out a number that was closed
            os.close(nothing)
    return kept


def _restore_descriptors(kept):
    """Undo `_divert_descriptors`."""
    for descriptor, copy in kept.items():
        os.dup2(copy, descriptor)
        os.close(copy)


@contextmanager
def silence():
    """Send everything written to standard output and error nowhere, from Python and from C alike.

    `sys.stdout`, `sys.stderr` and the file descriptors 1 and 2 are back as they were afterwards,
    whatever happens inside. The whole process is silent meanwhile, its other threads included.
    """
    _flush()
    streams = sys.stdout, sys.stderr
    kept = _divert_descriptors()
    sys.stdout = sys.stderr = _NOWHERE
    try:
        yield
    finally:
        _flush()
        sys.stdout, sys.stderr = streams
        _restore_descriptors(kept)


def _quieten_loggers():
    """Keep TensorFlow's Python loggers to errors."""
    for name in ("absl", "tensorflow"):
        logging.getLogger(name).setLevel(logging.ERROR)


@functools.cache
def import_tensorflow():
    """Return the module `tensorflow`, imported and warmed up without a word.

    The first operation and the first gradient run here too, since TensorFlow looks for devices
    and says so when it meets them. Later calls return the module at once.
    """
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    with silence():
        _quieten_loggers()
        import tensorflow as tf

        _quieten_loggers()  # importing resets the level where Python is interactive
        x = tf.Variable([[1.0]], dtype=tf.float64)
        with tf.GradientTape() as tape:
            y = tf.reduce_mean(tf.sigmoid(x @ x))
        tape.gradient(y, x).numpy()
    return tf
