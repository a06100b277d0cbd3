import json
import os
import stat
import subprocess
import sys

import pytest

from grader.study.progress_file import VERSION, ProgressFile, default_file


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "progress.json"


def count(lessons):
    entry = lessons.setdefault("l", {}).setdefault("exercises", {}).setdefault("f", {})
    entry["checks"] = entry.get("checks", 0) + 1
    return entry["checks"]


def test_what_is_kept_survives_a_restart(file):
    assert ProgressFile(file).read() == {}
    assert [ProgressFile(file).change(count) for _ in range(3)] == [1, 2, 3]
    assert ProgressFile(file).read() == {"l": {"exercises": {"f": {"checks": 3}}}}
    assert json.loads(file.read_text())["version"] == VERSION


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_nobody_else_can_read_it_and_no_draft_is_left(file):
    ProgressFile(file).change(count)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert {path.name for path in file.parent.iterdir()} <= {file.name, f".{file.name}.lock"}


def test_two_kernels_lose_nothing_of_each_other(file, root):
    code = (
        "import sys; from pathlib import Path\n"
        "from grader.study.progress_file import ProgressFile\n"
        "from tests.study.test_progress_file import count\n"
        "for _ in range(25): ProgressFile(Path(sys.argv[1])).change(count)\n"
    )
    kernels = [subprocess.Popen([sys.executable, "-c", code, str(file)], cwd=root) for _ in range(2)]
    assert [kernel.wait(60) for kernel in kernels] == [0, 0]
    assert ProgressFile(file).change(count) == 51


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"version": 1}',
        b'{"version": 1, "lessons": {"l": {"exercises": {"f": 3}}}}',
        b'{"version": 1, "lessons": {"l": {"exercises": {"f": {"checks": "many"}}}}}',
        b'{"version": "1", "lessons": {}}',
    ],
)
def test_a_damaged_file_is_set_aside_in_words(file, text):
    file.parent.mkdir()
    file.write_bytes(text)
    progress = ProgressFile(file)
    assert progress.change(count) == 1
    (note,) = progress.notes
    (damaged,) = file.parent.glob("progress-damaged-*.json")
    assert damaged.read_bytes() == text
    assert "was damaged" in note and str(damaged) in note
    assert ProgressFile(file).change(count) == 2


def test_a_newer_courses_file_is_left_alone(file):
    file.parent.mkdir()
    file.write_text('{"version": 99, "more": 1}')
    progress = ProgressFile(file)
    assert [progress.change(count) for _ in range(2)] == [1, 2]
    assert file.read_text() == '{"version": 99, "more": 1}'
    assert "newer version" in progress.notes[0]


def test_where_nothing_can_be_written_it_is_kept_in_memory_and_says_so(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")
    progress = ProgressFile(tmp_path / "data" / "progress.json")
    assert [progress.change(count) for _ in range(2)] == [1, 2]
    assert progress.read()["l"]["exercises"]["f"]["checks"] == 2
    (note,) = progress.notes
    assert "until this kernel ends" in note


@pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX")
def test_a_kernel_that_keeps_the_lock_holds_up_no_other_for_long(file):
    import fcntl

    ProgressFile(file).change(count)
    with file.with_name(f".{file.name}.lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        progress = ProgressFile(file)
        assert progress.change(count) == 2
        assert "until this kernel ends" in progress.notes[0]
    assert ProgressFile(file).change(count) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a folder of its own")
def test_it_lies_where_a_users_data_lies(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_file().parent.parent == tmp_path
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_file().is_relative_to(tmp_path / ".local" / "share")
    assert os.path.isabs(default_file())
