"""Shows how far a grading is: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

from time import monotonic

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from grader.isolation.foreign_text import inert_line

LINE_SECONDS = 5.0
"""Where there is no terminal, a line comes after so many seconds."""
SLOW_SECONDS = 5.0
"""What takes longer is named."""
_NAME_LIMIT = 40
_BAR_SECONDS = 0.5


class GradingProgress:
    """How many of `total` submissions are done and how many failed, how fast it goes, and what is left."""

    def __init__(self, console: Console, title: str, total: int):
        self._console, self._title, self._total = console, title, total
        self._done = self._failed = 0
        self._begin = self._shown_at = monotonic()
        self._slowest = ""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        # No thread of its own, since the process forks.
        self._bar = Progress(*columns, TimeElapsedColumn(), _Words(), console=console, auto_refresh=False)
        self._task = self._bar.add_task(title, total=total, words="")

    def __enter__(self) -> GradingProgress:
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, *error) -> None:
        if self._console.is_terminal:
            self._bar.stop()

    def advance(self, is_failure: bool = False) -> None:
        """Count one more."""
        self._done += 1
        self._failed += is_failure

    def refresh(self, student: str, seconds: float) -> None:
        """Show where things are, if it is time to; `student` has waited longest, for so many seconds."""
        now, is_terminal = monotonic(), self._console.is_terminal
        if now - self._shown_at < (_BAR_SECONDS if is_terminal else LINE_SECONDS):
            return
        self._shown_at = now
        is_slow = seconds > SLOW_SECONDS
        slowest = f"slowest now: {inert_line(student, _NAME_LIMIT)}, {seconds:.0f} s" if is_slow else ""
        failed = f"{self._failed} failed" if self._failed else ""
        words = ", ".join(filter(None, [failed, self._speed(now), slowest]))
        if is_terminal:
            self._bar.update(self._task, completed=self._done, words=words)
            self._bar.refresh()
        else:
            done = f"{self._title}: {self._done} of {self._total}"
            self._console.print(Text(", ".join(filter(None, [done, words]))))

    def _speed(self, now: float) -> str:
        seconds = now - self._begin
        if not self._done:
            return ""
        left = seconds / self._done * (self._total - self._done)
        return f"{self._done / seconds:.1f} a second, {_duration(left)} left"


class _Words(ProgressColumn):
    """A column for foreign text, which is not markup."""

    def render(self, task: Task) -> Text:
        return Text(task.fields["words"])


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
