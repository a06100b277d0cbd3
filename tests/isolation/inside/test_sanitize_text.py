import time

import pytest

from grader.isolation.inside.sanitize_text import sanitize_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[0;31mred\x1b[0m", "red"),
        ("\x1b]8;;file:///etc/passwd\x07link\x1b]8;;\x07", "link"),
        ("\x1b]0;title\x1b\\after", "after"),
        ("\x1b", "\ufffd"),
        ("bell\x07", "bell\ufffd"),
        ("\u202eevil", "\ufffdevil"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        (" 10%\r 50%\r100%\n", "100%\n"),
        (" 10%\r100%\r", "100%"),
        ("\ud800", "?"),
        ("üñ 😀 Σ", "üñ 😀 Σ"),
    ],
)
def test_text_stands_as_on_a_screen(text, shown):
    assert sanitize_text(text, 100) == shown


@pytest.mark.parametrize("piece", ["\x1b]", "\x1b[", "\r", "x", "\x1b[1;", "\n\r"])
def test_no_text_takes_long(piece):
    begin = time.perf_counter()
    sanitize_text(piece * 10**6, 10**6)
    assert time.perf_counter() - begin < 5


def test_text_is_bounded():
    assert sanitize_text("x" * 1000, 10) == "x" * 10
