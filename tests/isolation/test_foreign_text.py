"""Text of strangers is harmless on a terminal and in a log, whoever writes it there."""

import io
import logging
import re

import pytest
from rich.table import Table
from rich.text import Text

from grader.isolation.foreign_text import InertConsole, InertFormatter, inert_line
from tests.conftest import ROOT

EVIL = "a\x1b[2Jb\x1b]0;t\x07c\x9b\u202e\u200f\udcff\x00\x1bd"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ada", "ada"),
        (EVIL, "abc\ufffd\ufffd\ufffd?\ufffd\ufffdd"),
        ("two\nlines\r\nor\u2028more", "two lines or more"),
        ("x" * 30, "x" * 19 + "…"),
        ("\x1b[31m" * 9 + "x" * 20, "x" * 20),
    ],
)
def test_an_inert_line(text, line):
    assert inert_line(text, 20) == line


def test_a_console_prints_text_without_what_a_terminal_interprets():
    table = Table()
    table.add_column(EVIL)
    table.add_row(Text(EVIL))
    for printed in (table, Text(EVIL), EVIL):
        file = io.StringIO()
        InertConsole(file=file, width=60, color_system=None).print(printed)
        assert re.search("[^\n -~\u2500-\u257f\ufffd?]", file.getvalue()) is None
    file = io.StringIO()
    InertConsole(file=file, force_terminal=True, color_system="standard").print(Text("red", "red"))
    assert file.getvalue() == "\x1b[31mred\x1b[0m\n"


def test_a_record_of_a_log_is_one_line_with_indented_details():
    try:
        raise ValueError(f"{EVIL}\nERROR forged")
    except ValueError as error:
        record = logging.Logger("x").makeRecord(
            "x", logging.ERROR, "", 1, "%s", (f"{EVIL}\nERROR forged",), (ValueError, error, None)
        )
    record.details = f"Traceback\n{EVIL}\nERROR forged\n"
    text = InertFormatter("%(levelname)s %(message)s").format(record)
    assert text.count("\n  ERROR forged") == 2
    assert re.search("[^\n -~\ufffd?]", text) is None
    assert [line[:5] for line in text.splitlines() if not line.startswith("  ")] == ["ERROR"]


def test_nothing_is_printed_or_logged_in_another_way():
    """`click.echo` prints JSON, in which all that is foreign is escaped."""
    other = re.compile(r"(?<![A-Za-z])Console\(|(?<![\w.\"'}])print\(|logging\.(Formatter|basicConfig)\(")
    # Code for learners, or in a sandbox.
    outside = ("lessons", "isolation/inside", "authoring", "learner", "notebook.py")
    files = [file for file in (ROOT / "grader").rglob("*.py") if file.name != "foreign_text.py"]
    found = [
        f"{file}: {line}"
        for file in files
        if not str(file.relative_to(ROOT / "grader")).startswith(outside)
        for line in file.read_text().splitlines()
        if other.search(line)
    ]
    assert found == []
