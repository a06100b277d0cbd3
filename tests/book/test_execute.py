"""A notebook runs once, and a cell that fails is named."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.book.errors import BookError
from grader.book.execute import executed_notebook

pytestmark = pytest.mark.slow


@pytest.fixture
def notebook(tmp_path):
    """A function that writes a notebook with these code cells, and returns its file."""

    def write(*sources):
        cells = [new_markdown_cell("# Short"), *map(new_code_cell, sources)]
        nbformat.write(new_notebook(cells=cells), tmp_path / "08_short.ipynb")
        return tmp_path / "08_short.ipynb"

    return write


def test_a_notebook_runs_once_until_it_changes(notebook, tmp_path):
    cache, log = tmp_path / "cache", tmp_path / "log"
    source = f"print(open({str(log)!r}, 'a').write('run.'))"
    first, second = (executed_notebook(notebook(source), cache) for _ in range(2))
    assert [cell.cell_type for cell in first.cells] == ["markdown", "code"]
    assert first.cells[1].outputs[0].text == "4\n" and second == first
    assert log.read_text() == "run."
    executed_notebook(notebook(source + "  # changed"), cache)
    assert log.read_text() == "run.run." and len(list(cache.iterdir())) == 1


def test_a_failing_cell_is_named(notebook, tmp_path):
    with pytest.raises(BookError, match="08_short: cell 3, which begins with `1 / 0`, fails: ZeroDivision"):
        executed_notebook(notebook("import sys", "\n1 / 0"), tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_notebook_that_is_not_there(tmp_path):
    with pytest.raises(BookError, match="none.ipynb is not there. `grader build` makes it"):
        executed_notebook(tmp_path / "none.ipynb", tmp_path)
