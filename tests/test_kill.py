"""What the killing of gradings has found is counted by the part of the run in which the kill came."""

import io

import psutil
from rich.console import Console

from tests.kill import Kill, _wait_for_the_end_of_all_but, print_kills


def printed(kills):
    print_kills(kills, 10.0, Console(file=(file := io.StringIO()), width=140))
    rows = [line for line in file.getvalue().splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows[2:]], file.getvalue()


def test_kills_are_counted_by_the_part_of_the_run():
    kills = [Kill(0.5, 0, 0, 0.1, True), Kill(0.9, 0, 3, 0.25, True), Kill(10.2, 7, 0, 0.0, True)]
    rows, text = printed(kills)
    assert rows == [
        ["0 to 10 %", "2", "0 to 0", "0 to 3", "2", "0.25"],
        ["after its usual end", "1", "7 to 7", "0 to 0", "1", "0.00"],
    ]
    assert "3 of 3 kills left nothing behind" in text


def test_what_is_wrong_is_not_counted_as_right():
    rows, text = printed([Kill(1.5, 0, 0, None, True), Kill(1.5, 0, 0, 0.1, False)])
    assert rows == [["10 to 20 %", "2", "0 to 0", "0 to 0", "1", "more than 5"]]
    assert "0 of 2 kills left nothing behind" in text


def test_other_processes_are_not_waited_for():
    assert _wait_for_the_end_of_all_but(set(psutil.Process().children())) < 1
