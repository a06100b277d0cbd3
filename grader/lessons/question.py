"""The type of the questions that a learner answers from memory; nothing of them is graded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True)
class Question:
    """A question with two to four options, of which one is right.

    `name` is unique in its lesson. `because` says why the right option is right, and `wrong` maps each other
    option to why it is not. `exercise` is the exercise whose right verdict the question may follow.
    """

    name: str
    text: str
    right: str
    because: str
    wrong: Mapping[str, str]
    exercise: str = ""

    @property
    def options(self) -> tuple[str, ...]:
        """All options, in an order that tells nothing and is always the same."""
        return tuple(sorted((self.right, *self.wrong), key=lambda option: _digest(self.name + option)))

    def explanation(self, option: str) -> str:
        """Why an option is right, or why it is not."""
        return self.because if option == self.right else self.wrong[option]


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
