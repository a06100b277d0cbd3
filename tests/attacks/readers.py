"""Attacks on what reads strangers' text outside of a grading: archives, names, reports and answers.

Each is tried alone, harmlessly, against the function that reads such text.
"""

from __future__ import annotations

import csv
import io
import json
import os
import struct
import time
import tracemalloc
import warnings
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from grader.classroom import process_pool
from grader.classroom.answers import HEADER_LIMIT, Failure
from grader.classroom.class_table import Mark, Row
from grader.classroom.collect.collect import collect, describe_collected
from grader.classroom.grading_pool import GradingProcesses
from grader.classroom.grading_process import Grade
from grader.classroom.process_pool import Ended, OrderLimits, ProcessPool
from grader.classroom.report.class_report import class_report
from grader.classroom.report.exports import to_csv
from grader.classroom.report.typical_lines import anonymous
from grader.demo import LESSON
from grader.isolation.limits import MIB
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


@on_reader("touch")
def path_that_is_there_twice(folder):
    """Has two files of one path in the archive, so that readers differ in which one counts."""
    archive = folder / "archive.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(archive, "w") as opened:
        warnings.simplefilter("ignore")
        for data in (b"one", b"other"):
            opened.writestr(f"eve/{FILE}", data)
        opened.writestr(f"ada/{FILE}", b"of ada")
    done = collect(archive, into=folder / "placed")
    placed = {file.parts[-3] for file in (folder / "placed").glob(f"*/*/{FILE}")}
    if placed != {"ada"} or not done.plan.not_placed:
        yield f"placed are {placed}"


@on_reader("exhaust")
def notebooks_of_zeros(folder):
    """Packs very many zeros, in each way of packing that Python can read."""
    archive, methods = folder / "archive.zip", (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    with zipfile.ZipFile(archive, "w") as opened:
        for method in methods:
            opened.writestr(f"eve{method}/{FILE}", bytes(5 * MIB), method)
        opened.writestr(f"ada/{FILE}", b"of ada")
    found: list[str] = []
    with _bounded(found):
        collect(archive, into=folder / "placed")
    placed = {file.parts[-3] for file in (folder / "placed").glob(f"*/*/{FILE}")}
    return [*found, *([f"placed are {placed}"] if placed != {"ada"} else [])]


@on_reader("mislead")
def names_that_a_terminal_obeys(folder):
    """Calls files by escape sequences, marks of the writing direction and lines of the report on them."""
    names = ("\x1b[2J", "\u202egnp", "x\nSubmissions: 1 of all. 1 new", "\x1b]8;;file:///etc\x07", "\x9b2J")
    files = {f"{name}/{FILE}": b"x" for name in names} | {f"ada/{FILE}": b"of ada"}
    placed, said = _collected(folder, files)
    if set(placed) != {"ada"}:
        yield f"placed are {set(placed)}"
    # A console takes out what remains, and no line of it begins as one of the report's own does.
    if sum(line.startswith("Submissions:") for line in said.splitlines()) != 1:
        yield f"it is said that {said!r}"


# --- Reports on a class ---------------------------------------------------------------------------------


@on_reader("mislead")
def names_that_a_spreadsheet_computes(folder):
    """Calls itself by formulas, in narrow and in wide letters, behind spaces and what is no letter."""
    marks = (Mark("backward", 4.0, 4.0, "correct"),)
    signs, before = (
        "=+-@\uff1d\uff0b\uff0d\uff20",
        ("", " ", "\t", "\r", "\n", "\x00", "\u200e", "\u202e", "\xa0"),
    )
    starts = [f"{space}{sign}" for sign in signs for space in before]
    rows = [Row(f"{start}1+1", 4.0, 4.0, marks=marks) for start in starts]
    table = csv.reader(io.StringIO(to_csv(class_report(LESSON, rows, lambda exercise, messages: ""))))
    for entry in (entry for line in table for entry in line):
        if entry.strip().startswith(tuple(signs)):
            yield f"{entry!r} is a formula"


@on_reader("mislead")
def sign_an_anonymous_line(folder):
    """Signs a line of code, which an anonymous report shows, by marks of no alphabet."""
    signs = "\u2709\u260e\u2014\U0001f419\u2055 \u0332\u202e"
    shown = anonymous([f"x = '{signs} ada_lovelace 18151210 \uff11\uff12\uff13'"], {"x"}, {})
    if any(sign in shown for sign in (*signs.split()[0], "ada", "1815", "\uff12")):
        yield f"it shows {shown}"


# --- Answers of the processes that look at submissions --------------------------------------------------


@on_reader("break")
def answers_that_make_no_sense(folder):
    """Answers, in the place of a grading process, what none of them says."""
    values = {"notebook": "", "scores": {}, "x": 1}
    answers = (
        *(
            b"",
            b"\xff\n",
            b"[",
            b"[" * 100_000,
            b"{}",
            b"3",
            b'["Graded"]',
            b'["Graded", 3]',
            b'["Graded", {}]',
        ),
        *(json.dumps([kind, values]).encode() for kind in ("Graded", "Other", "", None, [], {})),
        *(b'["Page", {}]\n<html>', b'["Rerun", {}]\n{}', b'["Graded", {"scores": {}, "timestamp": "x"}]\n'),
        *(b'["Graded", {"scores": {}, "timestamp": 3}]\n', b'["Graded", {"scores": {}, "repairs": 3}]\n'),
        b'["Graded", {"scores": {}}, "' + b"x" * HEADER_LIMIT + b'"]\n',
    )
    with patch.object(GradingProcesses, "answers", lambda *_: ((Grade("eve"), answer) for answer in answers)):
        pool = GradingProcesses.__new__(GradingProcesses)
        pool._assignment = None
        for answer, (_, _, decoded) in zip(answers, pool.results(deque()), strict=True):
            if not isinstance(decoded, Failure):
                yield f"{answer[:50]} is taken for {decoded}"


@on_reader("break")
def half_an_answer(folder):
    """Answers, in the place of a grading process, with the length of a message and half of it."""
    limits = OrderLimits(seconds=30.0, cpu_seconds=30, memory=256 * MIB)
    with patch.object(process_pool, "_RECEIVE_SECONDS", 0.3), ProcessPool(_half, 1, limits) as pool:
        found = dict(pool.answers(deque(["half", "whole"])))
    if not isinstance(found["half"], Ended) or found["whole"] != b"whole":
        yield f"the answers are {found}"


def _half(order: str, begin: Callable[[], None]) -> bytes:
    if order == "half":
        connection = begin.__closure__[0].cell_contents
        os.write(connection.fileno(), struct.pack("!i", 1_000) + bytes(500))
        time.sleep(30)
    return order.encode()
