"""A batch of hostile files among honest ones, checked as `grader check` checks them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import numpy as np

from grader import lessons
from grader.diagnosis.references import SHIPPED
from grader.files import FileReport, check_files
from grader.isolation.limits import MIB, Limits
from tests.attacks.hostile import SECRET, Host, alive, attacks, text_of, watched
from tests.test_files import solution_file

LESSON = "03_backpropagation"
SEED = 90210
LIMITS = Limits(load_seconds=4, submission_seconds=6, memory=1024 * MIB, folder=16 * MIB)
HONEST = ("honest_first", "honest_last")

MALFORMED = {
    "nul": b"x = 1\0\n",
    "no_text": b"\xff\xfe\xfa",
    "deep": b"x = " + b"(" * 100_000,
    "unary": b"x = " + b"-" * 100_000 + b"1\n",
    "enormous": b"x = 1\n" * MIB,
    "coding": b"# -*- coding: undefined -*-\nx = 1\n",
    "empty": b"",
}
NO_FILES = ("link", "link_outside", "pipe", "folder")
STOPPED = {
    "network_tcp": "It tried to reach a network, and there is none.",
    "leave_daemon": "It tried to start another program.",
    "library_by_name": "It imports a library for automatic differentiation, which is not there.",
}
MARKUP = ("<script", "<img src=x", "<style>*", "<a ")
CONTROL = ("\x1b", "\x07", "\u202e")


LETTERS_LIMIT = 4_000
"""Letters that a learner may write into what is told of one function: a bound on what they can tell."""


@cache
def secret_digits() -> frozenset[str]:
    """Return six digits, decimal and hexadecimal, of the first number of each secret case."""
    found: set[str] = set()
    for exercise in lessons.load(LESSON).exercises.values():
        for referenced in SHIPPED.of(exercise, SEED):
            arrays = [one for one in referenced.case.arguments if isinstance(one, np.ndarray)]
            number = abs(float(arrays[0].flat[0])) if arrays else 0.0
            found |= {f"{number:.5e}"[:7].replace(".", ""), number.hex().partition(".")[2][:6]}
    return frozenset(digits for digits in found if len(set(digits)) > 3)


def told_of_secret_cases(told: str) -> list[str]:
    """Return the digits of secret cases in a text, whatever stands between them."""
    digits = re.sub(r"[., \[\]()]", "", told)
    return [one for one in secret_digits() if one in digits]


def hand_in(folder: Path, host: Host) -> dict[str, Path]:
    """Lay all hostile files into a folder, between two honest ones."""
    solved = solution_file(LESSON).encode()
    neighbour = folder / "honest_first.py"
    texts = {"honest_first": solved}
    texts |= {name: text_of(name, host.names(neighbour)).encode() for name in attacks()}
    texts |= {**MALFORMED, "honest_last": solved}
    for name, text in texts.items():
        (folder / f"{name}.py").write_bytes(text)
    (folder / "link.py").symlink_to(neighbour)
    (folder / "link_outside.py").symlink_to(host.canary)
    os.mkfifo(folder / "pipe.py")
    (folder / "folder.py").mkdir()
    return {name: folder / f"{name}.py" for name in [*texts, *NO_FILES]}


def hostile_files() -> list[str]:
    """Return the names of all hostile files, those that are no files among them."""
    return [*attacks(), *MALFORMED, *NO_FILES]


def problems(name: str, report: FileReport) -> Iterator[str]:
    """What is not as it should be in a report, if anything."""
    statuses = {verdict.name: verdict.status for verdict in report.verdicts}
    told = json.dumps(report.as_dict(), allow_nan=False)
    if name in HONEST:
        if set(statuses.values()) != {"correct"} or report.stopped:
            yield f"an honest file is not graded as ever: {statuses} {report.error} {report.stopped}"
        return
    if report.score or "correct" in statuses.values():
        yield f"a point is gained: {statuses}"
    if said := told_of_secret_cases(told):
        yield f"of the secret cases it tells {said}"
    if SECRET in told or "PYTEST" in told:
        yield "a secret of the host, or the grader's environment, comes out"
    if name.startswith("library_by_") and statuses["output_delta"] not in ("forbidden", "error"):
        yield f"a library may be used: {statuses}"
    if name.startswith("borrow_") and not set(statuses.values()) <= {"forbidden", "missing", "timeout"}:
        yield f"somebody else's work may be used: {statuses}"
    if name in STOPPED and STOPPED[name] not in report.stopped:
        yield "what was stopped is not told"
    yield from _shown(report)


def _shown(report: FileReport) -> Iterator[str]:
    for verdict in report.verdicts:
        page = verdict._repr_html_()
        text = str(verdict) + json.dumps(verdict.as_dict(), ensure_ascii=False)
        letters = sum(map(len, set(re.findall("[a-p]{24,}", text))))  # what `leak_by_letters` writes
        if letters > LETTERS_LIMIT:
            yield f"{verdict.name}: {letters} letters of a learner's choice come out"
        if len(page) > 300_000 or len(text) > 20_000:
            yield f"{verdict.name}: {len(page)} characters of HTML, {len(text)} of text"
        found = [bad for bad in MARKUP if bad in page] + [bad for bad in CONTROL if bad in page + text]
        if found:
            yield f"{verdict.name}: {found} comes out"


def problems_of_hostile_files(folder: Path) -> dict[str, list[str]]:
    """Check all hostile files in one batch; return what is not as it should be, by the names of files."""
    (folder / "host").mkdir()
    (folder / "batch").mkdir()
    with closing(Host(folder / "host")) as host:
        files = hand_in(folder / "batch", host)
        with watched() as sandboxes:
            reports = check_files(lessons.load(LESSON), list(map(str, files.values())), SEED, limits=LIMITS)
            found = {name: list(problems(name, report)) for name, report in zip(files, reports, strict=True)}
            found["the host"] = ["a process lives"] * alive(sandboxes)
        found["the host"] += [*host.touched(), *host.heard()]
    return {name: said for name, said in found.items() if said}
