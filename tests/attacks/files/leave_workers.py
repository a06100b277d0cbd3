"""Starts worker processes by all the libraries that have some."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import joblib

for start in (
    lambda: ProcessPoolExecutor().submit(print),
    lambda: multiprocessing.Process(target=print, daemon=False).start(),
    lambda: multiprocessing.get_context("forkserver").Process(target=print).start(),
    lambda: joblib.Parallel(n_jobs=4)(joblib.delayed(print)() for _ in range(4)),
):
    try:
        start()
    except Exception:
        pass


def output_delta(A, Y):
    return A
