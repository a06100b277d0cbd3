"""Similar answers in a terminal, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from grader.classroom.similar_answers import BY_CHANCE, SharedAnswer, Similar
from grader.isolation.foreign_text import inert_line

NOTICE = (
    "Likeness is a reason to look, not a finding: people learn together, and from the same page. "
    "Nothing here is scored, and no page or mark knows of it."
)
EXERCISES_SHOWN = 3
_TEXT_LIMIT = 200


def similar_lines(similar: Similar) -> Iterator[Text]:
    """Yield what to print, line by line."""
    yield Text(
        f"{similar.students} students. If nobody copied, {BY_CHANCE:g} pairs of such a class would be named "
        "here on average."
    )
    if not similar.pairs:
        yield Text("No two have answers that are more alike than that.")
    for pair in similar.pairs:
        names = " and ".join(inert_line(name, _TEXT_LIMIT) for name in (pair.first, pair.second))
        same = sum(one.is_same for one in pair.exercises)
        yield Text(
            f"\n{names}: {pair.surprise:.0f} bits, where chance seldom gives {similar.usual:.0f}; "
            f"{same} {'answer is' if same == 1 else 'answers are'} the same up to names",
            style="bold",
        )
        for shared in pair.exercises[:EXERCISES_SHOWN]:
            yield from _exercise(shared)
    yield Text(f"\n{NOTICE}")


def _exercise(shared: SharedAnswer) -> Iterator[Text]:
    same = ", the same" if shared.is_same else ""
    yield Text(f"  {shared.exercise}: {shared.surprise:.1f} bits{same}")
    for line, others in zip(shared.lines, shared.others, strict=True):
        yield Text(f"    {inert_line(line, _TEXT_LIMIT)}   ({_others(others)})")


def _others(count: int) -> str:
    return "nobody else" if not count else "1 other" if count == 1 else f"{count} others"
