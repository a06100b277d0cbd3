"""Brightspace: its grades as CSV. A blank cell erases here, since nobody has written what it does."""

import csv
import io
import re
from decimal import Decimal

from tests.classroom.lms.sites.site import MAXIMUM, Action, Refused, Site


class Brightspace(Site):
    def column(self, item):
        is_long = self.columns[0]
        return f"{item} Points Grade" + f" <Numeric MaxPoints:{MAXIMUM} Weight:5>" * is_long

    def export(self):
        header = ["OrgDefinedId", "Username", "Last Name", "Email", *map(self.column, self.items)]
        rows = [[*header, "Weight Achieved", "End-of-Line Indicator"]]
        for person in self.people:
            marks = [self.number_text(held[person.number].mark) for held in self.items.values()]
            who = [f"#{person.sis}", f"#{person.login}", person.name, f"{person.number}@example.org"]
            rows.append([*who, *marks, "1", "#"])
        return self.written(rows)

    def read(self, data):
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=self.delimiter))
        header, *rows = rows
        ids = [title for title in header if title in ("OrgDefinedId", "Username")]
        if not ids or header[: len(ids)] != ids or header[-1] != "End-of-Line Indicator":
            raise Refused("ids or the end are missing")
        known = {self.column(item): item for item in self.items}
        columns = {
            place: known.get(title)
            for place, title in enumerate(header)
            if title not in (*ids, "Last Name", "Email", "Weight Achieved", "End-of-Line Indicator")
        }
        yield from (Action("create", item=header[place]) for place, item in columns.items() if item is None)
        for row in rows:
            if len(row) != len(header) or row[-1] != "#":
                raise Refused("a row of another length")
            who = [one for one in self.people if f"#{one.login}" == row[header.index("Username")]]
            if len(who) != 1:
                raise Refused("nobody is called so")
            for place, item in columns.items():
                if item is not None:
                    yield self.cell(who[0].number, item, row[place])

    def cell(self, number, item, text):
        old = self.items[item][number]
        if text == "":
            return Action("skip" if old.mark is None else "erase", number, item)
        if not re.fullmatch(r"\d+(\.\d+)?", text.replace(self.sign, ".")):
            raise Refused("no number")
        mark = min(Decimal(text.replace(self.sign, ".")), Decimal(MAXIMUM))
        return Action("skip" if mark == old.mark else "set", number, item, mark)
