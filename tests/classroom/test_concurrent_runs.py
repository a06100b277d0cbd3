"""Results come in the order in which calls end, and what has not begun is cancelled."""

import threading

import pytest

from grader.classroom.concurrent_runs import run_concurrently


def test_the_first_to_end_comes_first():
    second_is_done = threading.Event()

    def run(item):
        if item == "first":
            second_is_done.wait(30)
            raise ValueError("of the first")
        return f"record of {item}"

    with run_concurrently(run, ["first", "second"], jobs=2) as runs:
        item, future = next(runs)
        assert (item, future.result()) == ("second", "record of second")
        second_is_done.set()
        item, future = next(runs)
        assert item == "first"
        with pytest.raises(ValueError, match="of the first"):
            future.result()
        assert list(runs) == []


def test_every_item_is_taken_and_few_results_wait():
    begun = []

    def run(item):
        begun.append(item)
        return item

    with run_concurrently(run, range(100), jobs=2) as runs:
        item, _ = next(runs)
        assert len(begun) <= 4
        assert sorted([item, *(one for one, _ in runs)]) == list(range(100))


def test_what_has_not_begun_is_cancelled():
    begun, may_end = [], threading.Event()

    def run(item):
        begun.append(item)
        may_end.wait(30)

    with pytest.raises(KeyboardInterrupt), run_concurrently(run, "abc", jobs=1) as runs:
        threading.Timer(0.2, may_end.set).start()
        next(runs)
        raise KeyboardInterrupt
    assert begun[0] == "a" and len(begun) < 3
