"""One source gives both notebooks, to the byte; files that differ from their source are named."""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from grader.authoring.build import build, check_fresh
from grader.authoring.source import BuildError
from tests.authoring.conftest import labels
from tests.conftest import ROOT


def test_the_release_has_no_answers(root):
    written = build(root)
    assert [str(file.relative_to(root)) for file in written] == [
        "solutions/07_tiny/07_tiny.ipynb",
        "notebooks/07_tiny/07_tiny.ipynb",
    ]
    release = nbformat.read(written[1], as_version=4)
    sources = {cell.id: cell.source for cell in release.cells}
    assert sources["07-one"].endswith("raise NotImplementedError()") and "Return 1." in sources["07-one"]
    assert sources["07-answer"] == "Why? (4 points)\n\nYOUR ANSWER HERE"
    assert not re.search("SOLUTION|Because|return 1", written[1].read_text())
    assert list(labels(release)) == ["setup", "one", "test_one", "two", "test_two", "answer", "answer_2"]
    assert all(cell.id.startswith("07-") for cell in release.cells)
    assert not (root / "gradebook.db").exists()


def test_building_again_changes_nothing(root):
    build(root)
    assert build(root) == []
    check_fresh(root)


def test_data_files_go_along_and_a_misplaced_source_does_not(root):
    folder = root / "solutions" / "07_tiny"
    folder.mkdir()
    (folder / "data.csv").write_text("1,2\n")
    shutil.copy(root / "solutions" / "07_tiny.py", folder)
    build(root)
    assert sorted(f.name for f in (root / "notebooks" / "07_tiny").iterdir()) == ["07_tiny.ipynb", "data.csv"]


@pytest.mark.parametrize("kind", ["solutions", "notebooks"])
def test_a_stale_notebook_is_named_with_the_remedy(root, kind):
    build(root)
    stale = root / kind / "07_tiny" / "07_tiny.ipynb"
    stale.write_text(stale.read_text().replace("Tiny", "Teeny"))
    with pytest.raises(BuildError, match=f"{kind}/07_tiny/07_tiny.ipynb is not .*\n.*make build"):
        check_fresh(root)


def test_a_missing_notebook_and_one_without_source(root):
    build(root)
    (root / "notebooks" / "07_tiny" / "07_tiny.ipynb").unlink()
    (root / "notebooks" / "09_gone").mkdir()
    (root / "notebooks" / "09_gone" / "09_gone.ipynb").write_text("{}")
    with pytest.raises(BuildError, match="(?s)07_tiny.ipynb is not.*notebooks/09_gone has no source"):
        check_fresh(root)


def test_an_unknown_lesson():
    with pytest.raises(BuildError, match="solutions/99_gone.py: there is no such file"):
        build(ROOT, ["99_gone"])


def test_the_repository_is_fresh():
    check_fresh(ROOT)


def test_check_needs_neither_nbgrader_nor_tensorflow():
    code = (
        "import sys; from grader import check; print({'nbgrader', 'tensorflow', 'dask'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
