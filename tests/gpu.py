"""Runs all solved lessons with TensorFlow on a GPU, and beside it on the processor.

    python -m tests.gpu [--simulated] [LESSON ...]

prints a row a lesson: the checks whose references the device computes, the cells that fail, and the numbers
(such as 3e-16, of two results' difference) that are of another size than on the processor. It ends with 1 if
a check or a cell fails. `--simulated` needs no GPU: TensorFlow then rounds as one would.
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass

from grader import lessons
from tests.colab.shell import ROOT, Ran, code_cells, run_cells

ROUNDING = 1e-12
"""Differences below this are all alike: rounding in float64."""
FACTOR = 30
"""Numbers that differ by less than this factor have the same size."""
_HEAD = """\
| lesson | checks | cells that fail | numbers of another size | seconds |
| --- | --- | --- | --- | --- |"""
_LIVE = "LIVE_REFERENCES = True"
_SIMULATED = "from utils.tensorflow import import_tensorflow\nimport_tensorflow()\n"
_SIMULATED += "from tests import simulated_device\nsimulated_device.install()"
_DEVICE = "from utils.tensorflow import import_tensorflow\n"
_DEVICE += "print(import_tensorflow().config.list_physical_devices('GPU'))"


@dataclass(frozen=True)
class Row:
    """What a lesson did on the device."""

    lesson: str
    checks: int
    right: int
    failed: list[str]
    changed: list[str]
    seconds: float

    def __str__(self) -> str:
        counts = f"{self.right} of {self.checks} | {len(self.failed)} | {len(self.changed)}"
        return f"| {self.lesson} | {counts} | {self.seconds:.0f} |"


def run_lesson(lesson: str, *, is_simulated: bool) -> Row:
    """Run a solved lesson on the device and on the processor, and compare."""
    cells = code_cells("solutions", lesson)
    first, rest = cells[0], cells[1:]
    folder = ROOT / "solutions" / lesson
    processor = run_cells([first, *rest], folder, CUDA_VISIBLE_DEVICES="-1")
    start = time.perf_counter()
    before, *device = run_cells([f"{_SIMULATED if is_simulated else ''}\n{_LIVE}", first, *rest], folder)
    found = [cell.verdict for cell in device if cell.verdict]
    return Row(
        lesson,
        checks=len(lessons.load(lesson).exercises),
        right=sum(status == "correct" for _, status in found),
        failed=[cell.error[-1] for cell in (before, *device) if cell.error],
        changed=[number for pair in zip(processor, device, strict=True) for number in _changed(*pair)],
        seconds=time.perf_counter() - start,
    )


def _changed(one: Ran, other: Ran) -> list[str]:
    """The numbers that a cell printed and that are of another size, as `here -> there`."""
    ours, theirs = _numbers(one.printed), _numbers(other.printed)
    if len(ours) != len(theirs):
        return [f"{len(ours)} numbers -> {len(theirs)}"]
    return [f"{a:.0e} -> {b:.0e}" for a, b in zip(ours, theirs, strict=True) if not _are_alike(a, b)]


def _numbers(text: str) -> list[float]:
    """The numbers in scientific notation, as lessons print differences."""
    return [abs(float(found)) for found in re.findall(r"\d(?:\.\d+)?e[-+]\d+", text)]


def _are_alike(a: float, b: float) -> bool:
    return max(a, b) < ROUNDING or max(a, b) <= FACTOR * min(a, b)


def has_gpu() -> bool:
    """Whether TensorFlow finds a GPU."""
    return "GPU" in run_cells([_DEVICE], ROOT)[0].printed


def main(arguments: list[str]) -> int:
    """Print the table."""
    is_simulated = "--simulated" in arguments
    if not is_simulated and not has_gpu():
        print("TensorFlow finds no GPU. `--simulated` lets it round as one would.")
        return 2
    print(_HEAD)
    names = [name for name in arguments if name != "--simulated"] or lessons.names()
    rows = []
    for name in names:
        rows.append(run_lesson(name, is_simulated=is_simulated))
        print(rows[-1], flush=True)
    print(*(f"{row.lesson}: {line}" for row in rows for line in (*row.failed, *row.changed)), sep="\n")
    return int(any(row.failed or row.right < row.checks for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
