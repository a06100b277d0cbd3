"""What the killing of gradings has found is counted by how much of the class was written."""

import io

import psutil
from rich.console import Console

from tests.kill import Kill, _wait_for_the_end_of_all_but, print_kills


def printed(kills):
    print_kills(kills, 10, Console(file=(file := io.StringIO()), width=140))
    rows = [line for line in file.getvalue().splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows[2:]], file.getvalue()


def test_kills_are_counted_by_how_much_was_written():
    kills = [Kill(0, 0, 0.1, True), Kill(0, 3, 0.25, True), Kill(7, 1, 0.2, True), Kill(10, 0, 0.0, True)]
    rows, text = printed(kills)
    assert rows == [
        ["0 to 0", "2", "0 to 3", "2", "0.25"],
        ["7 to 7", "1", "1 to 1", "1", "0.20"],
        ["10 to 10", "1", "0 to 0", "1", "0.00"],
    ]
    assert "4 of 4 kills left nothing behind" in text


def test_what_is_wrong_is_not_counted_as_right():
    rows, text = printed([Kill(2, 0, None, True), Kill(2, 0, 0.1, False)])
    assert rows == [["2 to 2", "2", "0 to 0", "1", "more than 5"]]
    assert "0 of 2 kills left nothing behind" in text


def test_other_processes_are_not_waited_for():
    assert _wait_for_the_end_of_all_but(set(psutil.Process().children())) < 1
