"""A book of all lessons, made without a run of them, and its pages in headless Chromium."""

from types import SimpleNamespace

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_output

from grader import lessons
from grader.book import kernel_widgets, make_book
from grader.book.execute import read_notebook
from grader.classroom.cells import exercise_of, is_test
from grader.judge import judge_function
from utils.network import initialize, softmax
from utils.plots.backpropagation import plot_learning


def dense(A_prev, W, b, activation):
    """A layer."""
    return activation(A_prev @ W + b)


X = np.array([[1, 0.5], [-1, 2], [0.3, -0.7]])
Y = np.array([[0.0], [1], [1]])
PARAMS = initialize([2, 3, 2, 1], seed=3)
LOGITS = np.array([2.0, 1, -0.5])
BOWL = np.diag([1.0, 10])
DESCENT = (lambda t: float(t @ BOWL @ t) / 2 + 1), (lambda t: BOWL @ t), [4.0, 2], ((-5, 5), (-3, 3))
LAYER = dense, [1.0, 0.5], [[1.0, -2, 0.5], [2, 1, -0.5]], [-1.0, 0.5, 0]
COSTS = np.array([[0.7, 0.8], [0.1, 0.2], [0.02, 0.05]])
TABLE = "| part | error |\n|---|---|\n| $dW_1$ | **0** |"
DARK, LIGHT = "dark", "light"


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """The folder of a book of all lessons: wrong verdicts, the widgets of lesson 3, and no other outputs."""
    folder = tmp_path_factory.mktemp("book")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make_book, "executed_notebook", _not_executed)
        patch.setattr("grader.feedback.render._can_link_to_headings", lambda: True)
        warnings = make_book.make_book(folder / "with solutions")
    assert warnings == ""
    return folder / "with solutions"


def _not_executed(file, _):
    """The notebook in `file`, with a verdict on a wrong answer as the output of each of its tests."""
    notebook, lesson = read_notebook(file), lessons.load(file.stem)
    for cell in filter(is_test, notebook.cells):
        exercise = lesson.exercises[exercise_of(cell)]
        cell.outputs = [new_output("execute_result", _wrong_verdict(exercise)._repr_mimebundle_())]
    if file.stem == "03_backpropagation":
        notebook.cells.append(new_code_cell("# Widgets", id="widgets", outputs=_widgets()))
        table = new_output("display_data", {"text/markdown": TABLE, "text/plain": ""})
        notebook.cells.append(new_code_cell("# A table", id="table", outputs=[table]))
    return notebook


def _wrong_verdict(exercise):
    return judge_function(exercise, lambda *arguments: exercise.answer(arguments, exercise.slips[:1]))


def _widgets():
    displayed = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel_widgets, "display", lambda data, raw: displayed.append(data))
        kernel_widgets.display_stepper(PARAMS, X, Y)
        kernel_widgets.display_softmax_lab(softmax, LOGITS, 0)
        kernel_widgets.display_descent(*DESCENT)
        kernel_widgets.display_layer(*LAYER)
        kernel_widgets.display_animation(moments())
    return [new_output("display_data", data) for data in displayed]


def moments():
    """The three pictures of an animation."""
    labels = np.array([0, 1, 1])
    return [plot_learning(COSTS, step, np.array([0.1, 0.6, 0.9]), labels) for step in range(len(COSTS))]


@pytest.fixture
def open_page(book, browser):
    """A function that opens a page of the book; `trouble` has its outside requests and errors."""
    opened = []

    def open_(name, theme=LIGHT, width=1200):
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
        page.set_default_timeout(10_000)
        trouble = []
        page.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
        page.on("request", lambda r: r.url.startswith(("file:", "data:")) or trouble.append(r.url))
        page.on("requestfailed", lambda request: trouble.append(request.url))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda line: line.type != "error" or trouble.append(line.text))
        page.goto(f"{book.as_uri()}/{name}.html")
        opened.append(page)
        return SimpleNamespace(page=page, trouble=trouble)

    yield open_
    for page in opened:
        page.close()
