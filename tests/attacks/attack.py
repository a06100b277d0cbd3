"""An attack as data: what it tries, by which kind of means, and how it is laid into a submission."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.attacks.hostile import FILES, Host

KINDS = {
    "forge": "earn points without an answer",
    "borrow": "hand in the work of a library",
    "read": "read what is secret",
    "touch": "change what belongs to others",
    "leave": "get out of the sandbox",
    "exhaust": "use up time, memory or room",
    "break": "end the grading of the others",
    "mislead": "show what was not found",
    "tell": "tell another sandbox something",
}
_KINDS_OF_FILES = {
    "forge": ("forge", "detect"),
    "borrow": ("borrow", "library"),
    "read": ("read", "leak"),
    "touch": ("touch",),
    "leave": ("become", "leave", "network", "relatives"),
    "exhaust": ("exhaust",),
    "break": ("end", "break"),
    "mislead": ("markup",),
}

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Attack:
    """An attack with a notebook: `spoil` changes the notebook at a path, or what lies beside it.

    `refused` are words of the reason for which it is not graded, "" if it is. An attack that is
    `worst_of_its_kind` is also timed in a class of honest submissions.
    """

    name: str
    kind: str
    description: str
    spoil: Callable[[Path, Host], None]
    refused: str = ""
    worst_of_its_kind: bool = False


def kind_of_file(name: str) -> str:
    """Return the kind of the attack of a hostile Python file, which its name begins with."""
    word = name.partition("_")[0]
    return next(kind for kind, words in _KINDS_OF_FILES.items() if word in words)


def description_of_file(name: str) -> str:
    """Return what a hostile Python file says that it tries."""
    return (FILES / f"{name}.py").read_text().split('"""')[1]


class Attacks(dict[str, Attack]):
    """Attacks by name, added by decorators of the functions that spoil a submission."""

    def on_folder(self, kind: str, **options):
        """Add an attack; the function is given the path of the notebook and the host."""
        assert kind in KINDS

        def add(spoil: Callable[[Path, Host], None]) -> Callable[[Path, Host], None]:
            name = spoil.__name__
            self[name] = Attack(name, kind, spoil.__doc__, spoil, **options)
            return spoil

        return add

    def on_cells(self, kind: str, **options):
        """Add an attack; the function is given the notebook as JSON data and the host."""

        def add(change: Callable[[Notebook, Host], None]) -> Callable[[Notebook, Host], None]:
            def spoil(file: Path, host: Host) -> None:
                nb = json.loads(file.read_text())
                change(nb, host)
                file.write_text(json.dumps(nb))

            spoil.__name__, spoil.__doc__ = change.__name__, change.__doc__
            self.on_folder(kind, **options)(spoil)
            return change

        return add


def code(source: str, *outputs: Notebook, **entries: Any) -> Notebook:
    """A code cell."""
    cell = {"cell_type": "code", "id": "mine", "metadata": {}, "execution_count": None}
    return cell | {"source": source, "outputs": list(outputs)} | entries


def markdown(source: str, **entries: Any) -> Notebook:
    """A Markdown cell."""
    return {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": source} | entries


def shown(**data: str) -> Notebook:
    """An output that was saved: `text_html="<b>x</b>"` is its form in HTML."""
    forms = {kind.replace("_", "/", 1).replace("__", "+"): form for kind, form in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": forms}
