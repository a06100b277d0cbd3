"""Who waits for a grading sees how far it is, in a terminal and elsewhere."""

import io

import pytest

from grader.classroom import progress
from grader.classroom.progress import GradingProgress
from grader.isolation.foreign_text import InertConsole


@pytest.fixture
def clock(monkeypatch):
    """The time, which the test sets."""
    now = [0.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    return now


def shown(clock, *, is_terminal):
    file = io.StringIO()
    console = InertConsole(file=file, force_terminal=is_terminal, width=150, color_system=None)
    with GradingProgress(console, "Grading x", 1000) as bar:
        for second in range(1, 13):
            clock[0] = float(second)
            for number in range(10):
                bar.advance(is_failure=second == 3 and number < 2)
            bar.refresh("a\x1b[2Jda", seconds=second - 1)
    return file.getvalue()


def test_without_a_terminal_there_is_a_line_every_few_seconds(clock):
    assert shown(clock, is_terminal=False).splitlines() == [
        "Grading x: 50 of 1000, 2 failed, 10.0 a second, 95 s left",
        "Grading x: 100 of 1000, 2 failed, 10.0 a second, 90 s left, slowest now: ada, 9 s",
    ]


def test_a_terminal_has_a_bar(clock):
    text = shown(clock, is_terminal=True)
    assert "120/1000" in text and "2 failed, 10.0 a second, 88 s left, slowest now: ada, 11 s" in text


def test_minutes_are_left(clock):
    assert progress._duration(99) == "99 s" and progress._duration(600) == "10 min"
