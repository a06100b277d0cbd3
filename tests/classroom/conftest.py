"""What tests of the classroom share: a tiny lesson, a submission of it, a course, a gradebook, a browser."""

import contextlib
import copy
import datetime as dt
import io
import sqlite3

import pytest
import sqlalchemy
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader import api
from rich.console import Console

from grader.classroom import class_grading, gradebook_database
from tests.classroom.tiny_lesson import answer_cell, cell, label, test_cell
from tests.course_folder import short_class

DUE = dt.datetime(2026, 1, 31, 12)
"""When the small gradebook's assignment is due."""


@pytest.fixture
def release():
    setup = new_code_cell('LESSON = "x"', id="setup", metadata={"nbgrader": label("setup", locked=True)})
    written = label("answer", grade=True, solution=True, points=4) | {"cell_type": "markdown"}
    cells = [
        new_markdown_cell("# Lesson", id="title"),
        setup,
        new_code_cell("import numpy as np", id="imports"),
        answer_cell("one"),
        test_cell("one"),
        new_markdown_cell("Now the second.", id="between"),
        answer_cell("two"),
        new_code_cell("print(two(3))", id="try-two"),
        test_cell("two"),
        new_markdown_cell("Why?\n\nYOUR ANSWER HERE", id="answer", metadata={"nbgrader": written}),
        new_markdown_cell("The end.", id="end"),
    ]
    return new_notebook(cells=cells)


@pytest.fixture
def handed_in(release):
    """An honest submission."""
    nb = copy.deepcopy(release)
    cell(nb, "one")["source"] = "def one(x):\n    return 1"
    cell(nb, "two")["source"] = "def helper(x):\n    return x\n\ndef two(x):\n    return helper(2)"
    cell(nb, "answer")["source"] = "Because."
    nb["cells"].insert(3, new_code_cell("mine = 1", id="mine"))
    return nb


@pytest.fixture
def quiet():
    """A console that prints nowhere."""
    return Console(file=io.StringIO())


@pytest.fixture
def locked_gradebook(monkeypatch):
    """A context in which another program holds the gradebook of a course whenever marks are to be written."""

    @contextlib.contextmanager
    def locked(course):
        record_marks = class_grading.record_marks

        def record_while_locked(*arguments):
            with sqlite3.connect(course / "gradebook.db") as other:
                other.execute("BEGIN EXCLUSIVE")
                return record_marks(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(gradebook_database, "BUSY_SECONDS", 0.1)
            patch.setattr(class_grading, "record_marks", record_while_locked)
            yield

    return locked


@pytest.fixture
def empty_course(tmp_path):
    """A course folder with a lesson and no submissions."""
    return short_class(tmp_path / "course", [])


@pytest.fixture
def small_gradebook(tmp_path):
    """The address of a gradebook with the assignment `ps`: a function, its test, a written answer, a task."""
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    api.Base.metadata.create_all(sqlalchemy.create_engine(url))
    with api.Gradebook(url) as gradebook:
        gradebook.add_assignment("ps", duedate=DUE)
        gradebook.add_notebook("ps", "ps")
        gradebook.add_solution_cell("f", "ps", "ps")
        gradebook.add_grade_cell("test_f", "ps", "ps", max_score=2, cell_type="code")
        gradebook.add_grade_cell("why", "ps", "ps", max_score=4, cell_type="markdown")
        gradebook.add_solution_cell("why", "ps", "ps")
        gradebook.add_task_cell("draw", "ps", "ps", max_score=3, cell_type="markdown")
        for name, locked in (("f", False), ("test_f", True), ("why", False), ("draw", True)):
            source = {"cell_type": "code", "locked": locked, "checksum": f"sum of {name}"}
            gradebook.add_source_cell(name, "ps", "ps", **source)
    return url


@pytest.fixture
def open_page(browser, tmp_path):
    """A function that opens HTML in a window of some width and returns the page and what it requested."""

    opened = []

    def open_(html, width=1000, theme="light"):
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        opened.append(page)
        requests = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("dialog", lambda dialog: pytest.fail(f"A script ran: {dialog.message}"))
        page.goto(file.as_uri())
        return page, [url for url in requests if not url.startswith("data:") and url != file.as_uri()]

    yield open_
    for page in opened:
        page.close()
