import io

import pytest
from rich.console import Console

from grader.feedback import glossary, print_glossary
from grader.lessons.misconceptions import GROUPS, MISCONCEPTIONS


def rendered(show, **console):
    file = io.StringIO()
    show(Console(file=file, **console))
    return file.getvalue()


@pytest.mark.parametrize("name", MISCONCEPTIONS)
def test_every_name_fits_a_terminal_and_applies_somewhere(name):
    text = rendered(lambda console: print_glossary.print_entry(name, console), width=80)
    words = [line for line in text.splitlines() if not line.startswith("    ")]
    assert max(map(len, words)) <= 80
    assert glossary.entry(name)["applies"]


def test_the_list_fits_a_terminal():
    text = rendered(print_glossary.print_all, width=80, force_terminal=True, color_system=None)
    assert len(text.splitlines()) == len(MISCONCEPTIONS) + len(GROUPS)
