from collections import Counter

import nbformat
import pytest

from grader import lessons
from grader.authoring.instructor_notebook import instructor_notebook
from grader.authoring.source import BuildError
from tests.authoring.conftest import TINY
from tests.conftest import ROOT


def test_ids_are_stable_and_unique(root):
    source = root / "solutions" / "07_tiny.py"
    ids = [cell.id for cell in instructor_notebook(source).cells]
    assert len(set(ids)) == len(ids)
    source.write_text(
        TINY.replace("# # Tiny", "# # Tiny, but longer").replace("x = 1", "x = 1\n\n# %%\nnew = 1", 1)
    )
    assert set(ids) - {ids[0]} <= {cell.id for cell in instructor_notebook(source).cells}


@pytest.mark.parametrize("kind", ["solutions", "notebooks"])
def test_of_the_first_code_cell_jupyterlab_shows_one_line(kind):
    for name in lessons.names():
        cells = nbformat.read(ROOT / kind / name / f"{name}.ipynb", as_version=4).cells
        first, *others = (cell for cell in cells if cell.cell_type == "code")
        assert first.metadata.jupyter.source_hidden and "Run this cell first" in first.source.splitlines()[0]
        assert not [cell.source for cell in others if "jupyter" in cell.metadata]
        assert not [cell.source for cell in cells if cell.source != cell.source.strip("\n")]


@pytest.mark.parametrize("kind", ["solutions", "notebooks"])
def test_ids_are_unique_over_all_lessons(kind):
    files = [ROOT / kind / name / f"{name}.ipynb" for name in lessons.names()]
    ids = Counter(cell.id for file in files for cell in nbformat.read(file, as_version=4).cells)
    assert [one for one, times in ids.items() if times > 1] == []


def test_a_source_without_a_lesson(tmp_path):
    source = tmp_path / "99_gone.py"
    source.write_text("# %%\nLESSON = '99_gone'\n")
    with pytest.raises(BuildError, match="99_gone.py: There is no lesson '99_gone'.*grader/lessons"):
        instructor_notebook(source)
