"""Writes a lesson's first code cell, and the badge that opens the lesson in Google Colab.

The cell gets the course; what then is to be said of the environment, `utils.environment` says.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader

from grader.authoring.source import BuildError

_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
_REPOSITORY = re.compile(r"[^\s-]\S*")
BADGE_TAG = "colab-badge"
"""The tag of the cell with the badge."""
_TAG = re.compile(r"\w[\w.+-]*")


@dataclass(frozen=True)
class Release:
    """Where git finds the course: the address of a `repository`, which may be empty, and a `tag` in it."""

    repository: str = ""
    tag: str = ""

    @property
    def folder(self) -> str:
        """The name of the folder that a notebook clones the release into."""
        return f"{self.repository.rstrip('/').rpartition('/')[2].removesuffix('.git')}-{self.tag}"


def read_release(root: Path) -> Release:
    """The release that `[tool.course]` names in the pyproject.toml of `root`; an empty one if there is none.

    Raises `BuildError` if it is no address with a tag.
    """
    file = root / "pyproject.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    course = table.get("tool", {}).get("course", {})
    repository, tag = str(course.get("repository", "")), str(course.get("tag", ""))
    if not repository:
        return Release()
    if not _REPOSITORY.fullmatch(repository) or not _TAG.fullmatch(tag):
        raise BuildError(
            f"{file}: [tool.course] has repository = {repository!r} and tag = {tag!r}. Name an address that "
            "git can clone and a tag in it, or leave repository empty."
        )
    return Release(repository, tag)


def colab_badge(lesson: str, release: Release) -> str:
    """Markdown that opens the lesson in Colab; "" if the release is not on GitHub, where Colab looks."""
    found = _GITHUB.fullmatch(release.repository)
    if not found:
        return ""
    colab, notebook = "https://colab.research.google.com", f"notebooks/{lesson}/{lesson}.ipynb"
    address = f"{colab}/github/{found[1]}/blob/{release.tag}/{notebook}"
    return f"[![Open in Colab]({colab}/assets/colab-badge.svg)]({address})"


def first_cell(lesson: str, imports: str, release: Release) -> str:
    """The code of a lesson's first code cell; `imports` is what it imports of the course.

    It finds the course around the notebook, on Python's path or in an earlier clone. If there is none, it
    clones the release or, without an address, says where the notebook belongs.
    """
    environment = Environment(
        loader=PackageLoader(__package__, "templates"), trim_blocks=True, lstrip_blocks=True
    )
    names = {"repository": release.repository, "tag": release.tag, "folder": release.folder}
    return environment.get_template("first_cell.py.jinja").render(lesson=lesson, imports=imports, **names)
