"""A table is written as it was read, to the byte, and what is no table is refused with its line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.errors import ClassroomError
from grader.classroom.lms.delimited import DELIMITERS, read_table
from tests.fuzz.profiles import fuzzed

CELLS = st.text(st.sampled_from("aé王1 \"',;\t\n\\=-"), max_size=6)


@st.composite
def tables(draw):
    """Some rows of texts, and how they are written."""
    width = draw(st.integers(2, 4))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=4))
    delimiter, end = draw(st.sampled_from(DELIMITERS)), draw(st.sampled_from(["\n", "\r\n"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    written = io.StringIO(newline="")
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([[f"column{number}" for number in range(width)], *rows])
    return rows, written.getvalue().encode(encoding)


@fuzzed
@given(tables())
def test_a_table_is_written_as_it_was_read(given_table):
    rows, data = given_table
    table = read_table(data, "x.csv")
    assert table.to_bytes() == data
    assert [[cell.text for cell in row.cells] for row in table.rows] == rows


@fuzzed
@given(tables(), CELLS)
def test_a_changed_cell_says_what_it_is_to_say(given_table, text):
    rows, data = given_table
    table = read_table(data, "x.csv")
    for row in table.rows:
        written = row.with_text(1, text, table.delimiter)
        line = table.delimiter.join(cell.raw for cell in written.cells)
        [read] = csv.reader(io.StringIO(line, newline=""), delimiter=table.delimiter)
        assert read == [cell.text for cell in row.cells[:1]] + [text] + [cell.text for cell in row.cells[2:]]
        assert written.cells[2:] == row.cells[2:]


def test_php_takes_a_backslash_for_an_escape():
    data = b'a,b\n"x, \\",y",z\n'
    assert read_table(data, "x.csv", has_escapes=True).rows[0].texts == ('x, \\",y', "z")
    assert read_table(data, "x.csv", has_escapes=True).to_bytes() == data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "x.csv, line 1: no titles"),
        (b"one\ntwo\n", "x.csv, line 1: no titles"),
        (b"a,b\n1,2\n1,2,3\n", "x.csv, line 3: the row has 3 cells, but there are 2 columns"),
        (b'a,b\n"1\n2",3\n4\n', "x.csv, line 4: the row has 1 cells"),
        (b'a,b\n1,"2\n3,4\n', "x.csv, line 2: a quotation mark"),
        (b'a,b\n1,2\n1,2"\n', "x.csv, line 3: a quotation mark"),
        ("a,b\nJ\xfcrgen,1\n".encode("latin-1"), "x.csv is no text in UTF-8"),
    ],
)
def test_no_table(data, message):
    with pytest.raises(ClassroomError, match=message):
        read_table(data, "x.csv")


def test_blank_rows_are_kept():
    data = b"a,b\n\n1,2\n,\n"
    assert read_table(data, "x.csv").to_bytes() == data
