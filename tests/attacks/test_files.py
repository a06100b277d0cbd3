"""Hostile files, checked as `python -m grader check` checks them, in one batch with honest ones."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from grader import lessons
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
STOPPED = {
    "network_tcp": "It tried to reach a network, and there is none.",
    "leave_daemon": "It tried to start another program.",
    "library_by_name": "It imports a library for automatic differentiation, which is not there.",
}
MARKUP = ("<script", "<img src=x", "<style>*", "<a ")
CONTROL = ("\x1b", "\x07", "\u202e")


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
    names = [*texts, "link", "link_outside", "pipe", "folder"]
    return {name: folder / f"{name}.py" for name in names}


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
    if SECRET in told or "PYTEST" in told:
        yield "a secret of the host, or the grader's environment, comes out"
    if name.startswith("library_by_") and statuses["output_delta"] not in ("forbidden", "error"):
        yield f"a library may be used: {statuses}"
    if name.startswith("borrow_") and not set(statuses.values()) <= {"forbidden", "missing"}:
        yield f"somebody else's work may be used: {statuses}"
    if name in STOPPED and STOPPED[name] not in report.stopped:
        yield "what was stopped is not told"
    yield from _shown(report)


def _shown(report: FileReport) -> Iterator[str]:
    for verdict in report.verdicts:
        page = verdict._repr_html_()
        text = str(verdict) + json.dumps(verdict.as_dict(), ensure_ascii=False)
        if len(page) > 300_000 or len(text) > 20_000:
            yield f"{verdict.name}: {len(page)} characters of HTML, {len(text)} of text"
        found = [bad for bad in MARKUP if bad in page] + [bad for bad in CONTROL if bad in page + text]
        if found:
            yield f"{verdict.name}: {found} comes out"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_attack_succeeds(tmp_path):
    (tmp_path / "host").mkdir()
    (tmp_path / "batch").mkdir()
    with closing(Host(tmp_path / "host")) as host:
        files = hand_in(tmp_path / "batch", host)
        with watched() as sandboxes:
            reports = check_files(lessons.load(LESSON), list(map(str, files.values())), SEED, limits=LIMITS)
            found = {name: list(problems(name, report)) for name, report in zip(files, reports, strict=True)}
            assert len(sandboxes) > 60
            assert alive(sandboxes) == 0
        assert {name: said for name, said in found.items() if said} == {}
        assert host.touched() == []
        assert host.heard() == []


def test_there_are_attacks_enough():
    assert len(attacks()) + len(MALFORMED) >= 60


@pytest.mark.parametrize("name", attacks())
def test_every_attack_says_what_it_tries(name):
    assert text_of(name, {}).startswith('"""')
