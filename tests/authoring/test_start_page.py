import re

import nbformat

from grader import lessons
from grader.authoring.start_page import start_page
from tests.conftest import ROOT

COURSE = [lessons.load(name) for name in lessons.names()]


def test_it_leads_to_every_lesson_and_says_how_long_it_takes():
    notebook = start_page(COURSE)
    nbformat.validate(notebook)
    links = re.findall(r"\]\((\S+)\)", notebook.cells[0].source)
    assert links == [f"notebooks/{name}/{name}.ipynb" for name in lessons.names()]
    assert all((ROOT / link).is_file() for link in links)
    minutes = [[int(number) for number in re.findall(r"\d+", lesson.minutes)] for lesson in COURSE]
    shortest, longest = (round(sum(column) / 60) for column in zip(*minutes, strict=True))
    assert f"{shortest} to {longest} hours" in notebook.cells[0].source


def test_the_same_lessons_make_the_same_page():
    assert start_page(COURSE) == start_page(COURSE)


def test_make_lab_opens_it():
    assert "--LabApp.default_url=/lab/tree/start.ipynb" in (ROOT / "Makefile").read_text()
    assert (ROOT / "start.ipynb").is_file()
