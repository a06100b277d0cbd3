"""Hostile notebooks, graded with nbgrader as a class is, among honest ones."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import PyFileConfigLoader

from grader.classroom import grading
from grader.classroom.course.course_seed import FILE
from grader.classroom.repair.read_notebook import SIZE_LIMIT
from grader.demo import LESSON, SampleSubmission
from grader.isolation.limits import Limits
from tests.attacks.hostile import Host, alive, attacks, text_of, watched
from tests.course_folder import autograded, feedback, short_class, submitted

BAD = "<script>alert(1)</script><img src=x onerror=alert(1)><style>*{display:none}</style>"
OF_FORMGRADER = "toggle_name("
SHORT = "c.Run.cell_seconds = 4\nc.Run.submission_seconds = 30\n"


def in_first_cell(name: str) -> Callable:
    """One of the hostile files, in a cell before all others."""

    def spoil(nb: NotebookNode, host: Host) -> None:
        text = text_of(name, host.names(host.folder / "neighbour.py"))
        nb.cells.insert(0, new_code_cell(text))

    return spoil


def patch_check(nb, host):
    nb.cells.insert(0, new_code_cell("import grader\ngrader.check = lambda f: 100.0\n100.0"))
    nb.cells.insert(3, new_code_cell("def check(function):\n    return 4.0"))


def skip_tests(nb, host):
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("locked"):
            cell.metadata["tags"] = ["skip-execution"]
            cell.source = "4.0"


def change_ipython(nb, host):
    text = """
import ast
from IPython import get_ipython
shell = get_ipython()
class Right(ast.NodeTransformer):
    def visit_Call(self, node):
        return ast.Constant(4.0)
shell.ast_transformers.append(Right())
shell.input_transformers_post.append(lambda lines: ["4.0\\n"])
shell.events.register("post_run_cell", lambda result: print("4.0"))
shell.run_cell = lambda *args, **kwargs: None
"""
    nb.cells.insert(0, new_code_cell(text))


def change_kernel(nb, host):
    text = """
import gc
for thing in gc.get_objects():
    if type(thing).__name__ in ("Shell", "FunctionWorker", "Channel"):
        thing.handle_request = lambda request: {"outputs": [], "value": 4.0, "raised": None}
"""
    nb.cells.insert(0, new_code_cell(text))


def forge_outputs(nb, host):
    text = """
from IPython.display import display
verdict = {"status": "correct", "score": 4}
display({"application/vnd.backprop.verdict+json": verdict, "text/plain": "4.0"}, raw=True)
"""
    nb.cells.insert(0, new_code_cell(text))
    for cell in nb.cells:
        if cell.cell_type == "code":
            data = {"text/plain": "4.0", "application/vnd.backprop.verdict+json": {"score": 4.0}}
            cell.outputs = [nbformat.v4.new_output("execute_result", data)]


def relabel(nb, host):
    for cell in nb.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader |= {"points": 1000, "solution": True}
    nb.metadata["backprop"] = {"stopped": [BAD], "repairs": [{"text": BAD}]}


def markup(nb, host):
    nb.metadata["title"] = nb.metadata["authors"] = BAD
    nb.cells.insert(
        0,
        new_markdown_cell(BAD + "\n\n[x](file:///etc/passwd) ![y](../../gradebook.db) $\\href{file:///}{z}$"),
    )
    text = f"""
from IPython.display import HTML, Javascript, SVG, Latex, Markdown, display
display(Latex(r"$\\href{{javascript:alert(1)}}{{x}}$"))
BAD = {BAD!r}
display(HTML(BAD + "<a href='file:///etc/passwd'>x</a><div style='position:fixed;top:0'>y</div>"))
display(Javascript("alert(1)"), Markdown(BAD), SVG("<svg onload='alert(1)'></svg>"))
isolated = {{"text/html": {{"isolated": True}}}}
display({{"text/html": BAD, BAD: BAD, "image/png": "not base64" + BAD}}, metadata=isolated, raw=True)
print(BAD, "\\x1b[2J\\x1b]8;;file:///etc/passwd\\x07")
raise type(BAD, (Exception,), {{}})(BAD)
"""
    nb.cells.insert(1, new_code_cell(text))


def exhaust_patience(nb, host):
    nb.cells.insert(0, new_code_cell("\n" * 1_000_000 + "x = 1"))
    nb.cells.insert(0, new_markdown_cell("[" * 100_000))


def steal_seed(nb, host):
    text = f"""
import glob, os
for place in ("{FILE}", "../{FILE}", "../../../{FILE}", *glob.glob("/**/{FILE}", recursive=True)):
    try:
        print("stolen", open(place).read())
    except OSError:
        pass
"""
    nb.cells.insert(0, new_code_cell(text))


SPOILT = {
    function.__name__: function
    for function in (
        *(patch_check, skip_tests, change_ipython, change_kernel, forge_outputs, relabel, markup, steal_seed),
        exhaust_patience,
    )
}
FROM_FILES = (
    *("touch_home", "touch_gradebook", "touch_everything", "leave_daemon", "network_tcp", "network_abstract"),
    *("end_relatives", "read_canary", "exhaust_memory", "forge_startup_files", "relatives_memory"),
)


def link_data(notebook, host):
    (notebook.parent / "data.txt").symlink_to(host.canary)


def link_folder(notebook, host):
    (notebook.parent / "data").symlink_to(host.folder)


def link_notebook(notebook, host):
    notebook.unlink()
    notebook.symlink_to(notebook.parents[2] / "aaa-honest" / LESSON / notebook.name)


def link_submission(notebook, host):
    notebook.unlink()
    notebook.parent.rmdir()
    notebook.parent.symlink_to(notebook.parents[2] / "aaa-honest" / LESSON)


def pipe(notebook, host):
    os.mkfifo(notebook.parent / "data.txt")


def enormous(notebook, host):
    with open(notebook, "wb") as file:
        file.truncate(2 * SIZE_LIMIT)


def enormous_data(notebook, host):
    with open(notebook.parent / "data.bin", "wb") as file:
        file.truncate(2 * Limits.files_size)


def deep(notebook, host):
    notebook.write_text("[" * 200_000)


REFUSED = {
    link_data: "data.txt is a link",
    link_folder: "data is a link",
    link_notebook: "is a link",
    link_submission: "is a link",
    pipe: "no file",
    enormous: "can be read",
    enormous_data: "16 MiB",
    deep: "can be read",
}


@pytest.fixture
def graded(tmp_path):
    """The course, the host, and the rows of the class table by student."""
    (tmp_path / "host").mkdir()
    host = Host(tmp_path / "host")
    spoilt = SPOILT | {name: in_first_cell(name) for name in FROM_FILES if name in attacks()}
    refused = {spoil.__name__: spoil for spoil in REFUSED}
    untouched = [SampleSubmission(name, is_untouched=True) for name in (*spoilt, *refused)]
    honest = [SampleSubmission("aaa-honest"), SampleSubmission("zzz-honest")]
    course = short_class(tmp_path / "course", [*untouched, *honest])
    with open(course / "nbgrader_config.py", "a") as config:
        config.write(SHORT)
    for name, spoil in spoilt.items():
        nb = nbformat.read(submitted(course, name), as_version=4)
        spoil(nb, host)
        nbformat.write(nb, submitted(course, name))
    for name, spoil in refused.items():
        spoil(submitted(course, name), host)
    with watched() as sandboxes:
        rows = grading.grade(LESSON, course)
        yield course, host, {row.student: row for row in rows}, alive(sandboxes)
    host.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_attack_succeeds(graded):
    course, host, rows, living = graded
    scores = {name: row.score for name, row in rows.items() if row.score}
    assert scores == {"aaa-honest": 16, "zzz-honest": 16}
    refused = {spoil.__name__: words for spoil, words in REFUSED.items()}
    failures = {name: row.failure for name, row in rows.items() if row.failure}
    assert failures.keys() == refused.keys()
    assert [name for name, words in refused.items() if words not in failures[name]] == []
    assert [row.stopped for name, row in rows.items() if name.endswith("honest")] == [(), ()]
    assert (host.touched(), host.heard(), living) == ([], [], 0)
    assert "It tried to start another program." in rows["leave_daemon"].stopped
    seed = (course / FILE).read_text().strip()
    for name in rows.keys() - failures.keys():
        page = feedback(course, name).read_text()
        assert seed not in page and seed not in autograded(course, name).read_text()
    _demand_inert(feedback(course, "markup").read_text())
    _demand_inert(formgrader_page(course, "markup"))
    with sqlite3.connect(course / "gradebook.db") as book:
        assert book.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall() == []


def formgrader_page(course: Path, student: str) -> str:
    """What formgrader shows of a submission, made the way it makes it."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    names = ("assignment_id", "notebook_id", "submission_id", "student", "last_name", "first_name")
    resources = {**dict.fromkeys(names, "x"), "index": 0, "total": 1, "base_url": "", "notebook_path": "x"}
    page, _ = HTMLExporter(config=config).from_filename(str(autograded(course, student)), resources=resources)
    return page


def _demand_inert(page: str) -> None:
    """What was written as text may stand there as text, and nothing of it as HTML."""
    for bad in ("<script>alert", "<img src=x", "<style>*", "<svg onload", "\x1b"):
        assert bad not in page
    assert r"\href" not in re.sub(r"(?s)<pre>.*?</pre>", "", page)  # where MathJax looks
    reader = _Tags()
    reader.feed(page)
    assert reader.active == []


class _Tags(HTMLParser):
    """Collects the tags that do, load or lead to something that is none of nbgrader's own."""

    def __init__(self):
        super().__init__()
        self.active: list[tuple] = []

    def handle_starttag(self, tag, attrs):
        named = {name: value or "" for name, value in attrs}
        leads = named.get("href", "") + named.get("src", "")
        if (
            any(
                name.startswith("on") and not value.startswith(OF_FORMGRADER) for name, value in named.items()
            )
            or leads.startswith(("file:", "..", "javascript:"))
            or "position" in named.get("style", "")
            or tag in ("iframe", "object", "form")
        ):
            self.active.append((tag, attrs))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_regrade_gives_the_same_marks_to_the_bit(tmp_path):
    nearly = "def output_delta(A, Y):\n    return (A - Y) / len(A) * (1 + 1e-9)"
    course = short_class(tmp_path / "course", [SampleSubmission("ada", answers={"output_delta": nearly})])
    marks = []
    for _ in range(2):
        grading.grade(LESSON, course, force=True)
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
            grades = book.find_submission_notebook(LESSON, LESSON, "ada").grades
            marks.append({grade.name: grade.auto_score for grade in grades})
    assert marks[0] == marks[1]
