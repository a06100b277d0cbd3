"""The stopwatch."""

from utils import timing
from utils.timing import seconds


def test_the_fastest_of_several_times_counts(monkeypatch):
    clock = iter([0.0, 3.0, 10.0, 11.0, 20.0, 22.0])
    monkeypatch.setattr(timing.time, "perf_counter", lambda: next(clock))
    calls = []
    assert seconds(lambda: calls.append(1), times=3) == 1.0
    assert len(calls) == 3
