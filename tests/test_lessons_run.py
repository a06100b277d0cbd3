"""The notebooks as they are handed out, run from top to bottom."""

import nbformat
import pytest
from nbclient import NotebookClient

from grader import lessons
from grader.feedback.render import MIME_TYPE

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("lesson", lessons.names())]


class LearnerAtWork(NotebookClient):
    """Runs a notebook in a kernel to which a person is there, as JupyterLab does."""

    async def async_start_new_kernel_client(self):
        client = await super().async_start_new_kernel_client()
        client.allow_stdin = True
        return client


def executed(path, client=NotebookClient, **options):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(AS_IT_WAS)
    resources = {"metadata": {"path": str(path.parent)}}
    client(notebook, timeout=120, kernel_name="python3", resources=resources, **options).execute()
    return notebook


AS_IT_WAS = nbformat.v4.new_code_cell(
    "import sys\n"
    "config = sys.modules['keras'].config if 'keras' in sys.modules else None\n"
    "assert config is None or (config.floatx(), config.dtype_policy().name) == ('float32', 'float32')"
)
"""A cell that fails where a lesson leaves Keras in another number format: run again, cells would differ."""


def outputs(notebook, kind):
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [(cell, output) for cell in cells for output in cell.outputs if output.output_type == kind]


def verdicts(notebook):
    results = [output for _, output in outputs(notebook, "execute_result")]
    return [output.data[MIME_TYPE] for output in results if MIME_TYPE in output.data]


def test_a_learner_who_solves_it_gets_full_marks_and_its_pictures_have_a_text(
    root, lesson, tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    notebook = executed(root / "solutions" / lesson / f"{lesson}.ipynb", client=LearnerAtWork)
    assert [(v["name"], v["status"]) for v in verdicts(notebook)] == [
        (name, "correct") for name in lessons.load(lesson).exercises
    ]
    assert not [output for _, output in outputs(notebook, "stream") if output.name == "stderr"]
    shown = [output.data for _, output in outputs(notebook, "display_data")]
    assert not [data for data in shown if "image/png" in data]
    assert all('<img alt="' in data["text/html"] for data in shown if "<img" in data.get("text/html", ""))
    asked = [cell.source for cell in notebook.cells if cell.source.startswith("ask_prediction(")]
    results = [data["text/plain"] for data in shown if "It came out: " in data["text/plain"]]
    assert len(results) == len(asked) > 2
    assert not [result for result in results if "none of these" in result]
    print(*results, sep="\n")


def test_the_released_notebook_fails_only_where_something_is_not_attempted(root, lesson):
    notebook = executed(root / "notebooks" / lesson / f"{lesson}.ipynb", allow_errors=True)
    errors = outputs(notebook, "error")
    assert {output.ename for _, output in errors} == {"NotAttempted"}
    assert all(len(output.traceback) == 1 for _, output in errors)
    assert {v["status"] for v in verdicts(notebook)} == {"missing"}
    first = next(i for i, c in enumerate(notebook.cells) if c.metadata.get("nbgrader", {}).get("solution"))
    failed = [notebook.cells.index(cell) for cell, _ in errors]
    assert min(failed) > first


def test_the_release_gives_no_answer_away(root, lesson):
    solved = nbformat.read(root / "solutions" / lesson / f"{lesson}.ipynb", as_version=4)
    released = nbformat.read(root / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in released.cells)
    regions = [
        cell.source.split("### BEGIN SOLUTION")[1] for cell in solved.cells if "BEGIN SOL" in cell.source
    ]
    lines = [line.strip() for region in regions for line in region.splitlines()]
    assert len(regions) == len(lessons.load(lesson).exercises) + 1
    assert not [line for line in lines if len(line) > 30 and line in text]
    assert "BEGIN SOLUTION" not in text
    assert "raise NotImplementedError()" in text
