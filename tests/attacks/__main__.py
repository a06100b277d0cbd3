"""Tries the project's attacks and prints what they came to: kind, tried, held; then what a class notices.

    python -m tests.attacks

It ends with 1 if an attack got through, an honest submission lost or won a mark, or a class took longer than
`RATIO_LIMIT` times its time because of one submission.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from tests.attacks.attack import KINDS, kind_of_file
from tests.attacks.hostile import attacks
from tests.attacks.hostile_class import Timing, problems_of_hostile_class
from tests.attacks.hostile_files import hostile_files, problems_of_hostile_files
from tests.attacks.notebooks import ON_NOTEBOOKS
from tests.attacks.readers import ON_READERS, problems_of_readers
from tests.isolation.test_channels import CHANNELS, seen_for_each_bit, two_sandboxes

RATIO_LIMIT = 2.0
CLASS, SECONDS = 100, 8.0
"""Honest submissions of a class that is timed, and seconds that one may take, about as long as the class."""


def main() -> int:
    """Try everything; return the exit code."""
    sys.stdout.reconfigure(line_buffering=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "files").mkdir()
        found = problems_of_hostile_files(folder / "files")
        found |= problems_of_hostile_class(folder / "class")
        found |= problems_of_readers(folder / "readers")
        found |= dict(_channels())
        _print_table(found)
        is_fast_and_fair = _print_timings(folder / "timed")
    return 0 if is_fast_and_fair and not found else 1


def _channels() -> Iterator[tuple[str, list[str]]]:
    """Yield the channels between two sandboxes by which one tells the other something."""
    with two_sandboxes() as both:
        for name in CHANNELS:
            seen = seen_for_each_bit(both, name)
            if len({*seen[0], *seen[1]}) > 1:
                yield name, [f"the other sandbox sees {seen}"]


def _kinds() -> dict[str, str]:
    """Return the kind of every attack by its name."""
    kinds = {name: kind_of_file(name) if name in attacks() else "break" for name in hostile_files()}
    kinds |= {name: one.kind for name, one in (*ON_NOTEBOOKS.items(), *ON_READERS.items())}
    return kinds | dict.fromkeys(CHANNELS, "tell")


def _print_table(found: Mapping[str, list[str]]) -> None:
    kinds = _kinds()
    tried = Counter(kinds.values())
    failed = Counter(kinds[name] for name in found if name in kinds)
    print(f"{'kind':<50}{'tried':>6}{'held':>6}")
    for kind, words in KINDS.items():
        print(f"{f'{kind}: {words}':<50}{tried[kind]:>6}{tried[kind] - failed[kind]:>6}")
    print(f"{'all':<50}{tried.total():>6}{tried.total() - failed.total():>6}\n")
    for name, said in found.items():
        print(f"{name}: {'; '.join(said)}")
    harmed = [name for name in found if name not in kinds]
    print(f"breaches: {failed.total() + len(harmed)}")


def _print_timings(folder: Path) -> bool:
    """Time a class with one attack after the other; return whether it is fast, and fair to all others."""
    print(f"\na class of {CLASS}, in which one submission may take {SECONDS:g} s (by default 180)")
    print(f"{'':<44}{'seconds':>8}{'ratio':>7}{'of the grader on the processor':>32}")
    with closing(Timing(folder, CLASS, SECONDS)) as timing:
        timing.seconds_with(None)  # fills caches
        alone, used, marks = min(timing.seconds_with(None) for _ in range(2))
        print(f"{'without an attack':<44}{alone:>8.1f}{'':>7}{used:>32.1f}")
        ratios, differing = [], 0
        for attack in (one for one in ON_NOTEBOOKS.values() if one.worst_of_its_kind):
            seconds, used, others = timing.seconds_with(attack)
            ratios.append(seconds / alone)
            differing += sum(others[name] != mark for name, mark in marks.items())
            print(f"{f'with {attack.name}':<44}{seconds:>8.1f}{ratios[-1]:>7.2f}{used:>32.1f}")
    print(f"honest marks that differ: {differing} of {len(ratios) * len(marks)}")
    print(f"largest ratio: {max(ratios):.2f} (limit {RATIO_LIMIT:g}, on a machine with nothing else to do)")
    return max(ratios) <= RATIO_LIMIT and not differing


if __name__ == "__main__":
    sys.exit(main())
