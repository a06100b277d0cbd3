"""Canvas: its gradebook as CSV, and what its importer does."""

import csv
import io
import re
from decimal import Decimal

from tests.classroom.lms.sites.site import MAXIMUM, Action, Refused, Site, digits

DROPPED = re.compile("Current (Score|Points|Grade)|Final (Score|Points|Grade)|Override (Score|Grade|Status)")
IDS = {"Lesson 3": 501, "Other": 502}


class Canvas(Site):
    """A course whose assignments have the numbers of `IDS`."""

    def column(self, item):
        return f"{item} ({IDS[item]})"

    def keys(self, person):
        sis, login, _ = self.columns
        return [str(person.number), *([person.sis] if sis else []), *([person.login] if sis or login else [])]

    def export(self):
        sis, login, has_notes = self.columns
        logins = ["SIS User ID", "SIS Login ID"] if sis else ["SIS Login ID"] if login else []
        header = ["Student", "ID", *logins, "Section", *(["Notes"] * has_notes)]
        places = [""] * (len(header) - 1)
        header += [*map(self.column, self.items), "Current Score", "Final Score"]
        points = [self.number_text(MAXIMUM)] * len(self.items)
        rows = [
            header,
            ["", *places, "Manual Posting", *[""] * (len(self.items) + 1)],
            ["    Points Possible", *places, *points, "(read only)", "(read only)"],
        ]
        for person in self.people:
            name = f'="{person.name}"' if person.name.startswith("=") else person.name
            ids = [person.sis, person.login] if sis else [person.login] if login else []
            cells = [self.cell(held[person.number]) for held in self.items.values()]
            notes = ["a note"] * has_notes
            rows.append([name, person.number, *ids, "Sec A and Sec B", *notes, *cells, "75.00", "1.00"])
        blank = [""] * len(header)
        return self.written([*rows, ["Student, Test", 99999, *blank[2:]]])

    def cell(self, held):
        return "EX" if held.is_excused else "N/A" if held.is_unassigned else self.number_text(held.mark)

    def read(self, data):
        try:
            rows = list(self.rows(data.decode()))
        except (UnicodeDecodeError, csv.Error) as error:
            raise Refused(error) from error
        header, *rest = rows
        first = 3 if header[:3] == ["LastName", "FirstName", "ID"] else 2
        if first == 2 and not ("Student" in header[0] and "ID" in header[1]):
            raise Refused("Invalid header row")
        while first < len(header) and header[first] in ("SIS User ID", "SIS Login ID", "Integration ID"):
            first += 1
        if len(header) < 4 or "Section" not in header[first]:
            raise Refused("Invalid header row")
        columns = {}
        for place, title in list(enumerate(header))[first + 1 :]:
            if title in ("Notes",) or DROPPED.search(title):
                continue
            match = re.search(r"^.*\s\((\d+)\)$", title, re.DOTALL)
            known = [item for item, number in IDS.items() if match and int(match[1]) == number]
            columns[place] = (known or [item for item in IDS if item == title] or [None])[0]
            if columns[place] is None:
                yield Action("create", item=title)
        for row in rest:
            if all(cell in ("", "Muted") or cell.startswith("Manual Posting") for cell in row):
                continue
            if "Points Possible" in row[0]:
                columns = {one: item for one, item in columns.items() if "(read only)" not in row[one]}
                continue
            yield from self.row(header, row, columns)

    def rows(self, text):
        lines = [line for line in re.split(r"\r\n|\n|\r", text) if line][:3]
        semicolons, commas = ({line.count(sign) for line in lines} for sign in ";,")
        is_split = len(semicolons) == 1 and max(semicolons) > max(commas)
        if text.startswith('\ufeff"'):
            raise Refused("malformed CSV")
        return csv.reader(io.StringIO(text, newline=""), delimiter=";" if is_split else ",", strict=True)

    def row(self, header, row, columns):
        if digits(row[header.index("ID")]) == 99999:
            return
        person = next((one for one in self.people if one.number == digits(row[header.index("ID")])), None)
        if person is None:
            raise Refused("a page asks the teacher who that is")
        for place, item in columns.items():
            if item is None:
                continue
            old, text = self.items[item][person.number], row[place].strip()
            if old.is_unassigned:
                yield Action("skip", person.number, item, why="not assigned")
            elif text.upper() in ("EX", "EXCUSED"):
                yield Action("skip" if old.is_excused else "excuse", person.number, item)
            elif text == "" or (text == "-" and old.mark is None):
                what = "erase" if old.mark is not None or old.is_excused else "skip"
                yield Action(what, person.number, item)
            elif (mark := self.number(text)) is None:
                raise Refused(f"no grade: {text}")
            else:
                yield Action("skip" if old.mark == mark else "set", person.number, item, mark)

    def number(self, text):
        if not re.fullmatch(r"[\d.,%]+", text):
            return None
        head, _, tail = text.rstrip("%").replace(",", ".").rpartition(".")
        return Decimal(f"{head.replace('.', '') or (0 if _ else '')}{_}{tail}")
