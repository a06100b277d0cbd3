"""Makes the page of a lesson, as a notebook for MyST-NB, from the notebook that has run and the release."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from grader.authoring.first_cell import BADGE_TAG
from grader.authoring.labels import BEGIN, END
from grader.classroom.cells import SETUP, grade_id, is_answer, is_written_answer
from grader.feedback.render import MIME_TYPE as VERDICT
from utils.widgets.shared_view import MIME_TYPE as WIDGET

FOLDED, WITHOUT = "folded", "without"
_MARK = re.compile(rf"^.*(?:{BEGIN}|{END}).*\n?", re.MULTILINE)
_AFTER_CHECK = re.compile(r"<details>(?=\s*<summary>When the check says that it is right)")
_REMOTE_PICTURE = re.compile(r"!\[([^\]]*)\]\(https?://[^)]*\)")


def lesson_page(executed: NotebookNode, released: NotebookNode, solutions: str) -> NotebookNode:
    """Return the notebook of a lesson's page, its `solutions` "folded" or "without" them.

    `released` has the cells that learners get: they show an exercise, and its solution comes after it.
    """
    questions = {grade_id(cell): cell for cell in released.cells if grade_id(cell)}
    page = deepcopy(executed)
    page.cells = [
        shown
        for cell in page.cells
        if BADGE_TAG not in cell.metadata.get("tags", ())
        for shown in _shown_cells(cell, questions, solutions == FOLDED)
    ]
    page.metadata.pop("widgets", None)
    return page


def _shown_cells(
    cell: NotebookNode, questions: Mapping[str, NotebookNode], has_solutions: bool
) -> Iterator[NotebookNode]:
    """The cells of the page that stand for one of the lesson."""
    if cell.cell_type == "code":
        cell.outputs = [_shown(output) for output in cell.outputs if _is_shown(output)]
    if is_answer(cell) or is_written_answer(cell):
        question = deepcopy(questions[grade_id(cell)])
        question.id = f"{cell.id}-exercise"
        yield question
        if has_solutions:
            yield _folded_code(cell) if is_answer(cell) else _folded_text(cell)
    elif grade_id(cell) == SETUP:
        yield _folded(cell, "The code that finds the course", "setup")
    else:
        if cell.cell_type == "markdown":
            cell.source = _REMOTE_PICTURE.sub(r"\1", cell.source)  # a page asks for nothing
            if not has_solutions:  # closed in print too, where everything else is open
                cell.source = _AFTER_CHECK.sub('<details class="after-check">', cell.source)
        yield cell


def _is_shown(output: NotebookNode) -> bool:
    """Whether a page can show an output: one with nothing but a widget needs a kernel."""
    data = output.get("data", {})
    return WIDGET not in data or bool(data.keys() - {WIDGET, "text/plain"})


def _shown(output: NotebookNode) -> NotebookNode:
    for machine_readable in (VERDICT, WIDGET):
        output.get("data", {}).pop(machine_readable, None)
    return output


def _folded_code(cell: NotebookNode) -> NotebookNode:
    """The solution of an exercise, folded: the function without the docstring that stands above it."""
    cell.source = _MARK.sub("", _without_docstring(cell.source)).strip()
    return _folded(cell, "A solution")


def _folded(cell: NotebookNode, summary: str, *tags: str) -> NotebookNode:
    """The cell with its code folded, and with these tags, which are classes of the page's HTML."""
    cell.metadata["tags"] = [*cell.metadata.get("tags", ()), "hide-input", *tags]
    cell.metadata["mystnb"] = {"code_prompt_show": summary, "code_prompt_hide": summary}
    return cell


def _without_docstring(code: str) -> str:
    lines = code.splitlines(keepends=True)
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            del lines[docstring.lineno - 1 : docstring.end_lineno]
            break
    return "".join(lines)


def _folded_text(cell: NotebookNode) -> NotebookNode:
    """The model answer to a question, folded."""
    _, _, answer = cell.source.partition(BEGIN)
    answer = _MARK.sub("", answer).strip()
    # Between empty lines, Markdown stays Markdown.
    text = f"<details>\n<summary>A model answer</summary>\n\n{answer}\n\n</details>"
    return new_markdown_cell(text, id=cell.id, metadata=cell.metadata)
