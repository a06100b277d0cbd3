"""Runs all lessons in Colab's runtimes rebuilt from PyPI: `make colab`, in a quarter of an hour.

    python -m tests.colab [NAME ...]

makes each runtime, or those of these names, in a temporary folder. It prints what went otherwise than it
should, and ends with 1 if anything did.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from grader import lessons
from tests.colab.worlds import WORLDS, differing_verdicts, make_release, problems


def main(names: list[str]) -> int:
    """Return how many runtimes have problems, at most 1."""
    unknown = [name for name in names if name not in WORLDS]
    if unknown:
        print(f"There is no runtime {unknown[0]!r}. There are: {', '.join(WORLDS)}.")
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        release = make_release(Path(scratch) / "server")
        found = [_problems(WORLDS[name], release, Path(scratch)) for name in names or WORLDS]
    return min(1, sum(map(len, found)))


def _problems(world, release, scratch: Path) -> list[str]:
    folder = scratch / world.name
    print(f"\n{world.name}: {world.python}, {', '.join(map(' '.join, world.packages.items()))}")
    try:
        python = world.make(folder)
    except FileNotFoundError:
        print(f"not tried: there is no {world.python} here")
        return []
    found = [f"another verdict on {answer}" for answer in differing_verdicts(python, release.course)]
    print(f"{'verdicts':32} {'as here' if not found else f'{len(found)} differ'}")
    for lesson in lessons.names():
        for kind in ("solutions", "notebooks"):
            start = time.perf_counter()
            new = problems(release, kind, lesson, world, python, scratch / f"{world.name} {kind} {lesson}")
            shown = "as it should be" if not new else f"{len(new)} problems"
            print(f"{kind:9} {lesson:32} {shown}, {time.perf_counter() - start:.0f} s", flush=True)
            found += [f"{kind}/{lesson}: {problem}" for problem in new]
    print(*found, sep="\n")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
