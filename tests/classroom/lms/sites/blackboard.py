"""Blackboard: its grade center with tabs. A blank cell erases here, since nobody has written what it does."""

import csv
import io
import re
from decimal import Decimal

from tests.classroom.lms.sites.site import MAXIMUM, Action, Refused, Site

NUMBERS = {"Lesson 3": 4711, "Other": 4712}
WHO = ("Last Name", "First Name", "Username", "Student ID")


class Blackboard(Site):
    """UTF-16 with a byte order mark where `has_mark`, as the files with tabs are."""

    def column(self, item):
        return f"{item} [Total Pts: {MAXIMUM} Score] |{NUMBERS[item]}"

    def export(self):
        rows = [[*WHO, "Last Access", *map(self.column, self.items)]]
        for person in self.people:
            marks = [self.number_text(held[person.number].mark) for held in self.items.values()]
            rows.append([person.name, "X", person.login, person.sis, "yesterday", *marks])
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=self.delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
        return out.getvalue().encode("utf-16" if self.has_mark else "utf-8")

    def read(self, data):
        text = data.decode("utf-16" if self.has_mark else "utf-8")
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter, strict=True)
        if "Username" not in header:
            raise Refused("no user names")
        columns = {place: title.rpartition("|")[2] for place, title in enumerate(header) if title not in WHO}
        columns.pop(header.index("Last Access") if "Last Access" in header else None, None)
        for row in rows:
            who = [one for one in self.people if one.login == row[header.index("Username")]]
            if len(who) != 1 or len(row) != len(header):
                raise Refused("nobody is called so")
            for place, number in columns.items():
                item = next((title for title, known in NUMBERS.items() if str(known) == number), None)
                yield self.cell(who[0].number, item, row[place], header[place])

    def cell(self, number, item, text, title):
        if item is None:
            return Action("create", item=title)
        old = self.items[item][number]
        if text == "":
            return Action("skip" if old.mark is None else "erase", number, item)
        if not re.fullmatch(r"\d+(\.\d+)?", text.replace(self.sign, ".")):
            raise Refused("no number")
        mark = Decimal(text.replace(self.sign, "."))
        return Action("skip" if mark == old.mark else "set", number, item, mark)
