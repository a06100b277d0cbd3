"""A fingerprint changes with the files of a folder, and takes no time for what is too large to be graded."""

import os

import pytest

from grader.classroom import fingerprint as module
from grader.classroom.fingerprint import file_states, fingerprint


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.txt").write_text("a")
    return tmp_path


def test_names_and_contents_count(folder):
    seen = [fingerprint(folder)]
    (folder / "inner" / "a.txt").write_text("b")
    seen.append(fingerprint(folder))
    (folder / "inner" / "a.txt").rename(folder / "inner" / "b.txt")
    seen.append(fingerprint(folder))
    assert len(set(seen)) == 3


def test_states_change_with_every_write_and_without_reading(folder, monkeypatch):
    monkeypatch.setattr(module.Path, "read_bytes", None)
    seen = [file_states(folder), file_states(folder)]
    assert seen[0] == seen[1]
    times = (folder / "inner" / "a.txt").stat()
    (folder / "inner" / "a.txt").write_text("b")
    os.utime(folder / "inner" / "a.txt", ns=(times.st_atime_ns, times.st_mtime_ns))
    seen.append(file_states(folder))
    (folder / "inner" / "a.txt").rename(folder / "b.txt")
    seen.append(file_states(folder))
    assert len(set(seen)) == 3


def test_what_is_no_file_does_not_count(folder):
    before = fingerprint(folder)
    (folder / "link").symlink_to("/etc/hostname")
    os.mkfifo(folder / "pipe")
    assert fingerprint(folder) == before


def test_a_name_that_is_no_text(folder):
    (folder / os.fsdecode(b"\xff.txt")).write_text("x")
    assert fingerprint(folder)


def test_of_an_enormous_file_only_the_size_and_the_time_are_read(folder, monkeypatch):
    monkeypatch.setattr(module, "SIZE_LIMIT", 10)
    with open(folder / "large", "wb") as file:
        file.truncate(10**12)  # sparse
    before = fingerprint(folder)
    os.utime(folder / "large", ns=(1, 1))
    assert fingerprint(folder) != before


def test_many_files_and_large_ones_take_no_time(folder, monkeypatch):
    monkeypatch.setattr(module, "SIZE_LIMIT", 10)
    monkeypatch.setattr(module.Path, "read_bytes", lambda file: read.append(file) or b"")
    read = []
    for number in range(9):
        (folder / f"{number}").write_text(5 * "x")
    fingerprint(folder)
    assert len(read) == 4
    monkeypatch.setattr(module, "FILES_LIMIT", 5)
    fingerprint(folder)
    assert len(read) == 4
