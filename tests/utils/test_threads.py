import sys

import numpy as np
import pytest

from utils.threads import blas_threads

threadpoolctl = pytest.importorskip("threadpoolctl")


def threads():
    return {pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"}


def test_matrix_products_use_as_many_threads_as_asked_for():
    np.ones((2, 2)) @ np.ones((2, 2))
    before = threads()
    with blas_threads(2):
        assert threads() == {2}
        with blas_threads(1):
            assert threads() == {1}
        assert threads() == {2}
    assert threads() == before


def test_it_lasts_without_a_block():
    with blas_threads(2):
        blas_threads(1)
        assert threads() == {1}


def test_without_threadpoolctl_nothing_happens(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    before = threads()
    with blas_threads(1):
        assert threads() == before
