"""Attacks on what reads strangers' text outside of a grading: archives, names, reports and answers.

Each is tried alone, harmlessly, against the function that reads such text.
"""

from __future__ import annotations

import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.collect.collect import collect, describe_collected
from grader.demo import LESSON
from tests.attacks.attack import KINDS

FILE = f"{LESSON}.ipynb"
SECONDS = 2.0
"""Processor time that no reader takes for what one stranger has written."""


@dataclass(frozen=True)
class ReaderAttack:
    """An attack that is tried in an empty folder; `problems` says what is not as it should be."""

    name: str
    kind: str
    description: str
    problems: Callable[[Path], Iterable[str]]


ON_READERS: dict[str, ReaderAttack] = {}


def on_reader(kind: str):
    """Add an attack; the function is given an empty folder."""
    assert kind in KINDS

    def add(problems: Callable[[Path], Iterable[str]]) -> Callable[[Path], Iterable[str]]:
        name = problems.__name__
        ON_READERS[name] = ReaderAttack(name, kind, problems.__doc__, problems)
        return problems

    return add


def problems_of_readers(folder: Path) -> dict[str, list[str]]:
    """Try all attacks; return what is not as it should be, by their names."""
    found = {}
    for name, attack in ON_READERS.items():
        (folder / name).mkdir(parents=True)
        found[name] = list(attack.problems(folder / name))
    return {name: said for name, said in found.items() if said}


@contextmanager
def _bounded(found: list[str]) -> Iterator[None]:
    """Note in `found` if the block takes much processor time."""
    begin = time.process_time()
    yield
    seconds = time.process_time() - begin
    if seconds > SECONDS:
        found.append(f"it took {seconds:.1f} s")


# --- Archives of a learning management system ----------------------------------------------------------


def _collected(folder: Path, files: Mapping[str, bytes], roster: str = "") -> tuple[dict[str, bytes], str]:
    """Collect a zip file; return the notebooks that are placed, by student, and what is said."""
    archive, table = folder / "archive.zip", folder / "roster.csv"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for path, data in files.items():
            opened.writestr(path, data)
    table.write_text(roster)
    done = collect(archive, into=folder / "placed", roster=table if roster else None)
    placed = {file.parts[-3]: file.read_bytes() for file in (folder / "placed").glob(f"*/*/{FILE}")}
    return placed, "\n".join(describe_collected(done))


@on_reader("touch")
def file_named_as_anothers_attempt(folder):
    """Calls its file as Blackboard calls a later attempt of somebody else."""
    own, another = "Lab_eve_attempt_2026-01-02-10-00-00_", "x_ada_attempt_2030-01-01-00-00-00_"
    files = {
        f"Lab_ada_attempt_2026-01-01-10-00-00_{FILE}": b"of ada",
        f"{own}{another}{FILE}": b"of eve",
    }
    for roster in ("", "id,name\nada,Ada\neve,Eve\n"):
        placed, _ = _collected(folder, files, roster)
        if placed.get("ada") != b"of ada" or placed.get("eve") != b"of eve":
            yield f"placed are {placed}"


@on_reader("touch")
def name_as_anothers_folder(folder):
    """Calls itself, or its file, as Moodle calls the folder of somebody else."""
    files = {
        f"Ada_7_assignsubmission_file_{FILE}": b"of ada",
        f"Bob_8_assignsubmission_file_{FILE}": b"of bob",
        f"Ada_7_assignsubmission_file__9_assignsubmission_file_{FILE}": b"of eve",
        f"Eve_9_assignsubmission_file_Bob_8_assignsubmission_file_{FILE}": b"of eve",
    }
    placed, _ = _collected(folder, files)
    if set(placed.values()) != {b"of ada", b"of bob"}:
        yield f"placed are {placed}"


@on_reader("exhaust")
def name_of_very_many_spaces(folder):
    """Has a file in the archive whose name is far longer than a name can be, on which patterns take long."""
    found: list[str] = []
    with _bounded(found):
        placed, said = _collected(folder, {"x" + " " * 60_000 + "y.ipynb": b"{}", f"ada/{FILE}": b"of ada"})
    if placed != {"ada": b"of ada"}:
        found.append(f"placed are {placed}")
    if len(said) > 2_000:
        found.append(f"{len(said)} characters are said")
    return found


@on_reader("exhaust")
def notebook_that_names_very_many_lessons(folder):
    """Has a notebook that names a lesson in very many places, each time another one."""
    text = b"".join(b'LESSON = \\"a%d\\"' % number for number in range(300_000))
    tracemalloc.start()
    try:
        placed, _ = _collected(folder, {"eve/mine.ipynb": text, f"ada/{FILE}": b"of ada"})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    if placed != {"ada": b"of ada"} or peak > 5 * len(text):
        yield f"placed are {placed}, with {peak / len(text):.1f} times the memory of the file"
