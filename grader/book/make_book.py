"""Makes the book: runs the lessons, lays out their pages, and lets Sphinx make the site."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat

from grader import lessons
from grader.book.execute import executed_notebook, read_notebook
from grader.book.front_pages import QUESTIONS_PAGE, index_page, questions_page
from grader.book.lesson_page import FOLDED, lesson_page
from grader.book.sphinx_site import make_site
from grader.learner.library_code import ROOT
from grader.lessons.shipped_files import SHIPPED

_DOCUMENT = re.compile(r"\[([^\]]*)\]\(\.\./\.\./docs/(\w+\.md)\)")


def default_cache() -> Path:
    """Return the folder in which lessons that have run are kept."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "backpropagation-book"


def make_book(
    out: Path, names: Sequence[str] = (), solutions: str = FOLDED, cache: Path | None = None
) -> str:
    """Make a site of the lessons `names`, by default all, in the folder `out`; return Sphinx's warnings.

    `solutions` is "folded" or "without". Lessons that have run are kept in `cache`. Raises `BookError`.
    """
    chosen = [lessons.load(name) for name in sorted(names or lessons.names())]
    with tempfile.TemporaryDirectory(prefix="book-") as scratch:
        source = Path(scratch) / "source"
        source.mkdir()
        for lesson in chosen:
            _write_lesson(source, lesson.name, solutions, cache or default_cache())
        (source / f"{QUESTIONS_PAGE}.md").write_text(questions_page(chosen), encoding="utf-8")
        pages = [*(lesson.name for lesson in chosen), *sorted(file.stem for file in source.glob("*.md"))]
        index = index_page(chosen, pages, has_solutions=solutions == FOLDED)
        (source / "index.md").write_text(index, encoding="utf-8")
        return make_site(source, Path(scratch) / "doctrees", out)


def _write_lesson(source: Path, name: str, solutions: str, cache: Path) -> None:
    executed = executed_notebook(SHIPPED / "solutions" / name / f"{name}.ipynb", cache)
    released = read_notebook(SHIPPED / "notebooks" / name / f"{name}.ipynb")
    page = lesson_page(executed, released, solutions)
    for cell in page.cells:
        if cell.cell_type == "markdown":
            cell.source = _with_documents(cell.source, source)
    nbformat.write(page, source / f"{name}.ipynb")
    for picture in (SHIPPED / "solutions" / name).glob("*.png"):
        shutil.copy(picture, source)


def _with_documents(text: str, source: Path) -> str:
    """Let links to the course's documents lead to pages of the site, and lay these down in `source`."""

    def link(found: re.Match[str]) -> str:
        words, name = found.groups()
        document = ROOT / "docs" / name
        if not document.is_file():
            return words
        shutil.copy(document, source)
        return f"[{words}]({name})"

    return _DOCUMENT.sub(link, text)
