"""The file with a learner's own progress: small, private, written whole or not at all."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

VERSION = 1
KINDS = ("exercises", "predictions", "questions", "answers")
"""What is kept of each lesson: entries by name, each a dict of `FIELDS`."""
FIELDS = {
    "status": str,  # the last verdict's; "correct" stays
    "last": str,  # the last verdict's
    "checks": int,
    "hints": int,
    "shown": bool,  # whether the model answer was shown
    "prediction": (int, float),  # the index of a choice, or a number
    "right": bool,
    "asked": int,
    "wrong": int,
    "minutes": int,  # since 1970, when this was last changed
    # The hint of the last verdict's finding, until it is given.
    "advice": str,
    "experiment": str,
    "code": str,
    "section": str,
}
Lessons = dict[str, dict[str, dict[str, dict[str, Any]]]]
_Result = TypeVar("_Result")
_LOCK_SECONDS = 1.0


def default_file() -> Path:
    """Where this user's progress is kept. Raises `RuntimeError` where there is no home folder."""
    if sys.platform == "win32" and "APPDATA" in os.environ:
        folder = Path(os.environ["APPDATA"])
    elif os.path.isabs(os.environ.get("XDG_DATA_HOME", "")):
        folder = Path(os.environ["XDG_DATA_HOME"])
    else:
        folder = Path.home() / ".local" / "share"
    return folder / "backpropagation-learnt-by-doing" / "progress.json"


class ProgressFile:
    """The progress of one learner; with no `file`, or one that can't be written, it is kept in memory.

    Several kernels may use the same file. `notes` are sentences on what could not be done.
    """

    def __init__(self, file: Path | None):
        self.file = file
        self.notes: list[str] = []
        self._in_memory: Lessons | None = None if file else {}

    def read(self) -> Lessons:
        """What is kept of all lessons, by lesson, kind and name."""
        if self._in_memory is not None:
            return copy.deepcopy(self._in_memory)
        try:
            return self._load()
        except OSError as error:
            self._give_up(error)
            return {}

    def change(self, edit: Callable[[Lessons], _Result]) -> _Result:
        """Keep what `edit` makes of the lessons' records, and return what it returns.

        `edit` may be called a second time on what it has not seen before, if the file can't be written.
        """
        if self._in_memory is None:
            try:
                with _lock(self.file):
                    lessons = self._load()
                    result = edit(lessons)
                    _write(self.file, lessons)
                    return result
            except OSError as error:
                self._give_up(error)
        return edit(self._in_memory)

    def _give_up(self, error: OSError) -> None:
        """Go on in memory with what can be read."""
        try:
            self._in_memory = self._load()
        except OSError:
            self._in_memory = {}
        reason = error.strerror or type(error).__name__
        self._note(f"{self.file} cannot be used ({reason}): your progress is kept until this kernel ends.")

    def _load(self) -> Lessons:
        try:
            text = self.file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except UnicodeDecodeError:
            text = ""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict) and isinstance(data.get("version"), int) and data["version"] > VERSION:
            raise OSError(0, "it was written by a newer version of the course")
        if not _is_valid(data):
            self._set_aside()
            return {}
        return data["lessons"]

    def _set_aside(self) -> None:
        """Keep a damaged file under another name."""
        place = self.file.with_name(f"{self.file.stem}-damaged-{time.time_ns() // 10**6}.json")
        os.replace(self.file, place)
        self._note(f"The file with your progress was damaged. It is now {place}, and a new one is begun.")

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)


def _is_valid(data: Any) -> bool:
    """Whether this is what `_write` writes, as far as anything here relies on it."""
    if not isinstance(data, dict) or data.get("version") != VERSION:
        return False
    return _is_dict_of(
        data.get("lessons"), lambda lesson: _is_dict_of(lesson, lambda kind: _is_dict_of(kind, _is_entry))
    )


def _is_dict_of(value: Any, is_valid: Callable[[Any], bool]) -> bool:
    return isinstance(value, dict) and all(map(is_valid, value.values()))


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and all(
        isinstance(entry[name], kind) for name, kind in FIELDS.items() if name in entry
    )


@contextlib.contextmanager
def _lock(file: Path) -> Iterator[None]:
    """Let one kernel at a time change the file. Raises `OSError`, after a second of waiting, too."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        import fcntl
    except ImportError:  # Windows: the last of two kernels that write in the same millisecond wins
        yield
        return
    descriptor = os.open(file.with_name(f".{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)


def _write(file: Path, lessons: Lessons) -> None:
    """Write the file in one step, so that it is never there in part. Raises `OSError`."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as opened:
            json.dump({"version": VERSION, "lessons": lessons}, opened, indent=1)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)
