"""Whatever strangers call and write things, commands print and log nothing that a terminal interprets."""

import json
import os
import re

import pytest
from click.testing import CliRunner

from grader.cli import app
from grader.demo import LESSON, SampleSubmission
from tests.course_folder import short_class, submitted

EVIL = "\x1b[2J\x1b]0;t\x07\x9b\u202e\u200f"
NO_UTF8 = os.fsdecode(b"\xff\xfe")
RAISING = f"def output_delta(A, Y):\n    raise ValueError({EVIL!r} + '\\n✓ hidden_delta: right')"


@pytest.fixture
def output_of():
    """Run a command; returns its output, all of it checked, and its exit code."""

    def run(*arguments):
        done = CliRunner().invoke(app, list(arguments))
        assert done.exception is None or isinstance(done.exception, SystemExit)
        demand_inert(done.stdout_bytes + done.stderr_bytes)
        return done.output, done.exit_code

    return run


def demand_inert(printed: bytes):
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e]", printed.decode())


def test_files_with_any_name(output_of, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [f"{EVIL}.py", f"{NO_UTF8}.py", "a\n✓ b.py"]
    for name in names:
        with open(name, "w") as file:
            file.write(RAISING)
    output, code = output_of("check", LESSON, *names, f"none{EVIL}{NO_UTF8}.py")
    assert code == 2
    assert "raises ValueError" in output and "can't be read" in output
    assert not any(line.startswith("✓") for line in output.splitlines())
    output, _ = output_of("check", LESSON, "--json", *names)
    assert [json.loads(line)["file"] for line in output.splitlines()] == names


def test_a_class_with_any_names(output_of, tmp_path, monkeypatch):
    long, evil, lines = "x" * 100, f"e{EVIL}", "n\nada 16 of 16"
    untouched = [SampleSubmission(f"zoe{number}", is_untouched=True) for number in range(5)]
    raising = SampleSubmission("raising", answers={"output_delta": RAISING})
    course = short_class(tmp_path / "course", [raising, *untouched])
    for other, name in zip(untouched, (long, evil, NO_UTF8, lines, "linked"), strict=True):
        (course / "submitted" / other.name).rename(course / "submitted" / name)
    notebook = json.loads(submitted(course, lines).read_text())
    mine = {"cell_type": "code", "outputs": [], "source": f"x = '{EVIL}\ud800'", "id": "mine"}
    notebook["cells"].append(
        mine | {"execution_count": None, "metadata": {"tags": ["raises-exception", EVIL]}}
    )
    submitted(course, lines).write_text(json.dumps(notebook))
    (submitted(course, "linked").parent / f"{EVIL}{NO_UTF8}").symlink_to("/etc/hostname")
    (submitted(course, "raising").parent / f"{EVIL}{NO_UTF8}.csv").write_text("1, 2")
    monkeypatch.chdir(course)
    output, code = output_of("grade", LESSON)
    demand_inert((course / "grading.log").read_bytes())
    assert code == 1
    words = " ".join(output.split())
    assert "is a link or no file" in words and "Rename it" in words
    assert "had a tag that changes how it runs" in words
    assert "raises ValueError" in words
    assert "not a notebook" not in words and "Traceback" not in words
    for form in ("--csv", "--json"):
        output, code = output_of("report", LESSON, form)
        assert code == 0 and "raising" in output
    output, code = output_of("report", LESSON, "--out", f"{EVIL}.html")
    assert code == 0 and (course / f"{EVIL}.html").is_file()
    output, code = output_of("grade", LESSON, "--student", f"nobody{EVIL}")
    assert code == 2 and "There are submissions from" in output
