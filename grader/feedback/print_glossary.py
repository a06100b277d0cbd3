"""Prints the glossary in a terminal, for `grader explain`."""

from __future__ import annotations

from itertools import groupby
from textwrap import indent

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.feedback import glossary
from grader.feedback.explanation import explain, heading_text
from grader.lessons.misconceptions import GROUPS


def print_all(console: Console) -> None:
    """Print all names in their groups, one line each; at a terminal a long line ends in dots."""
    layout = {"no_wrap": True, "overflow": "ellipsis"} if console.is_terminal else {"soft_wrap": True}
    for group, table in GROUPS.items():
        console.print(Text(group, style="bold"), **layout)
        for name, misconception in table.items():
            console.print(Text(f"  {name:31}{misconception.meaning}"), **layout)


def print_entry(name: str, console: Console) -> None:
    """Print all about one name, 80 columns wide or more. Raises `glossary.UnknownName`."""
    entry = glossary.entry(name)
    console.print(Text(name, style="bold"))
    console.print(Text(f"The answer {entry['meaning']}.\n"))
    console.print(Text(f"{entry['explanation']}\n"))
    console.print(Text(f"Try this: {entry['experiment']}"))
    example = next((place for place in entry["applies"] if place["code"]), None)
    if example:
        code = f"# {example['exercise']}\n{example['code']}"
        console.print(Text(indent(code, "    "), style="dim"), soft_wrap=True)  # unbroken, to be copied
    console.print(Text("\nWhere it applies", style="bold"))
    console.print(_occurrences_table(name))


def _occurrences_table(name: str) -> Table:
    """The exercises, lesson by lesson, with their sections and the words of their own, if any."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for lesson, occurrences in groupby(glossary.occurrences(name), key=lambda pair: pair[0].name):
        table.add_row(Text(lesson, style="italic"))
        for _, exercise in occurrences:
            hint = exercise.hint(name)
            own_words = [words for words in (hint.advice, hint.experiment) if words]
            section = Text(heading_text(explain(exercise, name).section))
            indented = [Padding(Text(words, "dim"), (0, 0, 0, 2)) for words in own_words]
            table.add_row(Text(f"  {exercise.name}"), Group(section, *indented))
    return table
