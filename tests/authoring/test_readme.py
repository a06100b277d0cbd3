"""The tables of the README."""

import pytest

from grader.authoring.readme import with_tables
from grader.lessons import load, names


def test_text_around_the_tables_stays():
    empty = "Before\n<!-- lessons -->\n<!-- end of lessons -->\n{}\n<!-- end of questions -->\nAfter"
    text = with_tables(empty.format("<!-- questions -->\nold"), [load(name) for name in names()])
    assert text.startswith("Before\n<!-- lessons -->\n\n| lesson |") and text.endswith("-->\nAfter")
    assert "old" not in text and "| 07 | 3.3 The examination |" in text
    with pytest.raises(ValueError, match="<!-- questions --> and <!-- end of questions -->"):
        with_tables(empty.format(""), [])
