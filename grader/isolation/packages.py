"""Which installed packages a submission may import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

WITHOUT_TENSORFLOW = ("numpy", "scipy", "scikit-learn", "matplotlib", "ipython", "ipywidgets", "tqdm")
"""The distributions that a lesson's notebook imports, TensorFlow excepted. Their requirements come along."""
WITH_TENSORFLOW = (*WITHOUT_TENSORFLOW, "tensorflow")
"""The distributions for a run that only records outputs and judges no function."""


@cache
def installed_paths(distributions: tuple[str, ...] = WITHOUT_TENSORFLOW) -> tuple[Path, ...]:
    """The files and folders of the distributions and of all that they require, as far as installed.

    Other files of the same site-packages folder are left out, so a package that is not required is missing.
    """
    found = {path for each in _with_requirements(distributions) for path in _top_level(each)}
    return tuple(sorted(path for path in found if path.exists()))


def _with_requirements(names: Iterable[str]) -> Iterator[Distribution]:
    from packaging.requirements import Requirement  # not needed where nothing runs

    waiting, seen = list(names), set()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        yield found
        required = map(Requirement, found.requires or ())
        waiting += [r.name for r in required if r.marker is None or r.marker.evaluate({"extra": ""})]


def _top_level(found: Distribution) -> set[Path]:
    """The top-level files and folders of a distribution; its metadata only if it declares entry points."""
    files = _files(found)
    names = {re.split("[/,]", file, maxsplit=1)[0] for file in files} - {"..", "__pycache__", ""}
    with_entry_points = {file.partition("/")[0] for file in files if "/entry_points.txt" in file}
    kept = {name for name in names if not name.endswith(".dist-info") or name in with_entry_points}
    return {Path(found.locate_file(name)) for name in kept}


def _files(found: Distribution) -> list[str]:
    """The paths of a distribution's files, maybe with a checksum and a size after a comma.

    `Distribution.files` would make an object of each of some thousand lines.
    """
    record = found.read_text("RECORD")
    if record is None:  # it was not installed from a wheel
        return list(map(str, found.files or ()))
    return [line.lstrip('"') for line in record.splitlines()]
