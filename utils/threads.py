"""Chooses how many threads NumPy's matrix products use."""

from contextlib import nullcontext


def blas_threads(count):
    """Let NumPy's matrix products use `count` threads, from now on or as long as a `with` block lasts.

    The matrices of the lessons are so small that sharing one out takes longer than multiplying it: with all
    the processors of a machine, training takes many times as much of their time. Without the package
    `threadpoolctl`, which comes with scikit-learn, nothing changes.
    """
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return nullcontext()
    return threadpool_limits(count, user_api="blas")
