"""Which installed packages a submission may import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

WITHOUT_TENSORFLOW = ("numpy", "scipy", "scikit-learn", "matplotlib", "ipython", "ipywidgets", "tqdm")
"""What a lesson's notebook imports beside TensorFlow. With them comes what they require."""
WITH_TENSORFLOW = (*WITHOUT_TENSORFLOW, "tensorflow")
"""What it imports where it only shows something, and no function is judged."""


@cache
def installed_paths(names: tuple[str, ...] = WITHOUT_TENSORFLOW) -> tuple[Path, ...]:
    """The files and folders of the named distributions and of all that they require, as far as installed.

    Nothing else of the folder that they lie in is meant, so what is not required is not there.
    """
    found = {place for each in _with_requirements(names) for place in _top_level(each)}
    return tuple(sorted(place for place in found if place.exists()))


def _with_requirements(names: Iterable[str]) -> Iterator[Distribution]:
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
        wanted = map(Requirement, found.requires or ())
        waiting += [r.name for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]


def _top_level(found: Distribution) -> set[Path]:
    """What a distribution consists of; of what is told about it, only if it says where it plugs in."""
    files = found.files or ()
    tops = {file.parts[0] for file in files} - {"..", "__pycache__"}
    plugs = {file.parts[0] for file in files if file.name == "entry_points.txt"}
    kept = {top for top in tops if not top.endswith(".dist-info") or top in plugs}
    return {Path(found.locate_file(top)) for top in kept}
