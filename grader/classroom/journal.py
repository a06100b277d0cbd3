"""The journal of a course folder: what is graded and not yet written to its end, a file a submission.

A grading that is cut off, or finds the gradebook locked, leaves its results here. The next one takes them
from here, unless the submission or the release has changed, and need not run the submission again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from grader.classroom.answers import Graded, decode, encode
from grader.classroom.course.assignment import Submission
from grader.classroom.file_access import draft_of, write_whole
from grader.classroom.fingerprint import file_states

FOLDER = ".grading.journal"


class Journal:
    """The journal in the course folder `root`, of gradings against the release of a fingerprint."""

    def __init__(self, root: Path, release: str):
        self._folder, self._release = root / FOLDER, release

    def add(self, submission: Submission, graded: Graded) -> None:
        """Keep what grading made of a submission; it is on the disk when this returns. Raises `OSError`."""
        self._folder.mkdir(exist_ok=True)
        write_whole(self._file(submission), self._key(submission) + encode(graded))

    def find(self, submissions: Iterable[Submission]) -> dict[Submission, Graded]:
        """Return what is kept of these submissions, as they are now."""
        found = {submission: self._read(submission) for submission in submissions if self._folder.is_dir()}
        return {submission: graded for submission, graded in found.items() if graded}

    def _read(self, submission: Submission) -> Graded | None:
        try:
            text, key = self._file(submission).read_bytes(), self._key(submission)
            answer = decode(text.removeprefix(key)) if text.startswith(key) else None
        except (OSError, ValueError, LookupError, TypeError):
            return None
        return answer if isinstance(answer, Graded) else None

    def tidy(self, written: Iterable[Submission]) -> None:
        """Remove what a grading that was cut off has left of submissions that are written to their end."""
        if self._folder.is_dir():
            for draft in self._folder.glob(draft_of(Path("*")).name):  # it was cut off while it wrote this
                draft.unlink()
            for submission in written:
                self.remove(submission)

    def remove(self, submission: Submission) -> None:
        """Forget a submission that is written to its end."""
        self._file(submission).unlink(missing_ok=True)
        with suppress(OSError):  # others are left
            self._folder.rmdir()

    def _file(self, submission: Submission) -> Path:
        name = json.dumps([submission.assignment.lesson, submission.student])
        return self._folder / sha256(name.encode()).hexdigest()

    def _key(self, submission: Submission) -> bytes:
        """Return the line by which a result is known to be of the submission and the release as they are."""
        return json.dumps([self._release, file_states(submission.folder("submitted"))]).encode() + b"\n"
