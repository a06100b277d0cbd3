"""What the sites of all systems have in common: people, and what the site holds of each for every item.

A site writes the file that a teacher downloads, and says of an uploaded one, as the system itself would, what
each row does: set a mark, erase it, change a comment, create an item, or nothing, and why. It is strict:
where the system's documents leave open what happens, it does what harms.
"""

import csv
import io
import string
from dataclasses import dataclass, field, replace
from decimal import Decimal

from hypothesis import strategies as st

MAXIMUM = 10
# No backslash at the end: Moodle could not read its own file.
TEXT = st.text(st.sampled_from("ab 王é_-=+@;,.'\"\\<>()1\n"), max_size=8).map(
    lambda text: text.strip().rstrip("\\")
)


class Refused(Exception):
    """The system takes nothing of the file."""


@dataclass(frozen=True)
class Person:
    """Somebody whom the site knows by a number and by what the school gave."""

    number: int
    sis: str
    login: str
    name: str


@dataclass(frozen=True)
class Held:
    """What the site has of a person for an item; `time` is when that was graded, in minutes."""

    mark: Decimal | None = None
    comment: str = ""
    time: int | None = None
    is_excused: bool = False
    is_unassigned: bool = False
    is_locked: bool = False


@dataclass(frozen=True)
class Action:
    """What a row does to a person's `Held` for an item; `what` is set, erase, comment, create or skip."""

    what: str
    number: int = 0
    item: str = ""
    mark: Decimal | None = None
    why: str = ""


@dataclass(frozen=True)
class Site:
    """People, and by item and number what is held. `sign` is its decimal sign, `clock` its time."""

    people: tuple[Person, ...]
    items: dict[str, dict[int, Held]]
    sign: str = "."
    delimiter: str = ","
    clock: int = 0
    has_mark: bool = False
    is_newer: bool = False
    columns: tuple[bool, ...] = field(default=(True, True, True))

    def export(self) -> bytes:
        """The file that a teacher downloads."""
        raise NotImplementedError

    def read(self, data: bytes) -> list[Action]:
        """What the site does with an upload."""
        raise NotImplementedError

    def keys(self, person: Person) -> list[str]:
        """What a folder in submitted/ may be called for a person."""
        return [person.login, person.sis]

    def column(self, item: str) -> str:
        """The title of an item's column."""
        return item

    def uploaded(self, data: bytes) -> "Site":
        """The site after an upload."""
        items = {title: dict(held) for title, held in self.items.items()}
        for action in self.read(data):
            if action.what == "create":
                items[action.item] = {}
            elif action.what in ("set", "erase", "comment"):
                old = items[action.item].get(action.number, Held())
                if action.what == "comment":
                    new = replace(old, comment=action.why)
                else:
                    new = replace(old, mark=action.mark, is_excused=False)
                items[action.item][action.number] = new
        return replace(self, items=items)

    def number_text(self, mark: Decimal | None) -> str:
        """A mark as the site writes it."""
        return "" if mark is None else f"{mark:.2f}".replace(".", self.sign)

    def written(self, rows, quoting=csv.QUOTE_MINIMAL, encoding="utf-8", end="\n") -> bytes:
        """The bytes of a table."""
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=self.delimiter, quoting=quoting, lineterminator=end).writerows(rows)
        return (b"\xef\xbb\xbf" if self.has_mark else b"") + out.getvalue().encode(encoding)


@st.composite
def people(draw) -> tuple[Person, ...]:
    """Some people with any names, two of whom may have the same one."""
    numbers = draw(st.lists(st.integers(1, 2000), min_size=1, max_size=5, unique=True))
    return tuple(
        Person(
            number,
            draw(st.sampled_from(["s-00", "2024.001.", "="])) + f"{number}",
            draw(st.sampled_from(["ada", "12abc", "-", "王", 'q"', "a b"])) + f"_{number}",
            draw(TEXT) or "N",
        )
        for number in numbers
    )


MARKS = st.integers(0, 100 * MAXIMUM).map(lambda cents: Decimal(cents) / 100)


@st.composite
def held(draw, **kinds: bool) -> Held:
    """What a site may hold; `kinds` says whether something may be excused, unassigned, locked."""
    mark = draw(st.none() | MARKS)
    flags = {name: draw(st.booleans()) for name in kinds}
    if flags.get("is_excused") or flags.get("is_unassigned"):
        mark = None
    time = draw(st.integers(0, 100)) if mark is not None else None
    return Held(mark, draw(TEXT), time, **flags)


@st.composite
def sites(draw, kind: type[Site], **options) -> Site:
    """A site of a kind with two items, of which marks are uploaded to "Lesson 3"."""
    crowd = draw(people())
    flags = options.pop("flags", {})
    items = {
        title: {person.number: draw(held(**flags)) for person in crowd} for title in ("Lesson 3", "Other")
    }
    made = {name: draw(strategy) for name, strategy in options.items()}
    return kind(crowd, items, clock=200, columns=tuple(draw(st.booleans()) for _ in range(3)), **made)


def digits(text: str) -> int:
    """Ruby's `to_i`."""
    head = text.lstrip()
    count = next((place for place, sign in enumerate(head) if sign not in string.digits), len(head))
    return int(head[:count] or 0)
