"""Moodle: the grading worksheet of an assignment, the gradebook, and what becomes of them."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

from tests.classroom.lms.sites.site import MAXIMUM, Action, Refused, Site

START = datetime(2026, 11, 5)
TIME = "%A, %d %B %Y, %I:%M %p"
LATEST = 60  # seconds by which a mark may be newer than the file


def fgetcsv(text, delimiter):
    """Read a table as PHP does: a backslash keeps a quotation mark from ending a cell."""
    rows, place = [], 0
    while place < len(text):
        cells = []
        while True:
            while text[place : place + 1] == " ":
                place += 1
            if text[place : place + 1] == '"':
                cell, place = _quoted(text, place + 1)
            else:
                cell = re.compile(rf"[^{re.escape(delimiter)}\r\n]*").match(text, place)[0]
                place += len(cell)
            cells.append(cell)
            if text[place : place + 1] != delimiter:
                break
            place += 1
        end = re.compile(r"\r\n|\r|\n|\Z").match(text, place)
        if end is None:
            raise Refused("what follows a quoted cell is added to it")
        rows.append(cells)
        place = end.end()
    return rows


def _quoted(text, place):
    cell = ""
    while place < len(text):
        sign = text[place]
        if sign == "\\":
            cell += text[place : place + 2]
            place += 2
        elif text.startswith('""', place):
            cell += '"'
            place += 2
        elif sign == '"':
            return cell, place + 1
        else:
            cell += sign
            place += 1
    return cell, place


def fputcsv(rows, delimiter):
    """Write a table as PHP does."""
    return "".join(delimiter.join(_put(str(cell), delimiter) for cell in row) + "\n" for row in rows)


def _put(cell, delimiter):
    if not any(sign in cell for sign in (delimiter, '"', "\\", "\n", "\r", "\t", " ")):
        return cell
    out, is_escaped = "", False
    for sign in cell:
        if sign == "\\":
            is_escaped = True
        elif not is_escaped and sign == '"':
            out += '"'
        else:
            is_escaped = False
        out += sign
    return f'"{out}"'


class Moodle(Site):
    def text(self, rows):
        return ("\ufeff" * self.has_mark + fputcsv(rows, self.delimiter)).encode()

    def table(self, data):
        try:
            header, *rows = fgetcsv(data.decode().removeprefix("\ufeff"), self.delimiter)
        except UnicodeDecodeError as error:
            raise Refused(error) from error
        if any(len(row) != len(header) for row in rows):
            raise Refused("not as many cells as titles")
        return header, [dict(zip(header, row, strict=True)) for row in rows]

    def unformatted(self, text):
        """PHP's number of a text, after the site's decimal sign."""
        match = re.match(r"-?\d+(\.\d*)?", text.replace(" ", "").replace(self.sign, "."))
        return Decimal(match[0]) if match else Decimal(0)

    def time_text(self, time):
        return "-" if time is None else (START + timedelta(minutes=time)).strftime(TIME)


class MoodleWorksheet(Moodle):
    """The item is "Lesson 3"; "Other" is another assignment's."""

    def column(self, item):
        return "Grade"

    def keys(self, person):
        has_names, _, _ = self.columns
        mails = [f"{person.login}@example.org", person.login] if has_names else []
        return [f"Participant {person.number}", str(person.number), *mails]

    def export(self):
        has_names, has_text, _ = self.columns
        names = ["Full name", "Email address"] if has_names else []
        changes = ["Grade can be changed", "Last modified (submission)", *(["Online text"] * has_text)]
        end = ["Last modified (grade)", "Feedback comments"]
        rows = [["Identifier", *names, "Status", "Grade", "Maximum grade", *changes, *end]]
        for person in self.people:
            held = self.items["Lesson 3"][person.number]
            who = [person.name, f"{person.login}@example.org"] if has_names else []
            rows.append(
                [
                    f"Participant {person.number}",
                    *who,
                    "Submitted for grading",
                    self.number_text(held.mark),
                    self.number_text(MAXIMUM),
                    "No" if held.is_locked else "Yes",
                    self.time_text(1),
                    *(['<p>my "text", \\"</p>'] * has_text),
                    self.time_text(held.time),
                    f"<p>{held.comment}</p>" if held.comment else "",
                ]
            )
        return self.text(rows)

    def read(self, data):
        header, rows = self.table(data)
        if not {"Identifier", "Grade", "Last modified (grade)"} <= set(header):
            raise Refused("columns are missing")
        for row in rows:
            number = row["Identifier"].encode()[len("Participant ") :].decode(errors="replace")
            held = self.items["Lesson 3"].get(int(number) if number.isdecimal() else -1)
            if held is None:
                yield Action("skip", why="nobody has this identifier")
                continue
            yield from self.row(int(number), held, row)

    def row(self, number, held, row):
        if held.time is not None and held.time * 60 > self.time_of(row["Last modified (grade)"]) + LATEST:
            yield Action("skip", number, why="graded since")
            return
        comment = f"<p>{held.comment}</p>" if held.comment else ""
        if row.get("Feedback comments", comment) != comment:
            yield Action("comment", number, "Lesson 3", why=row["Feedback comments"])
        text = row["Grade"].strip()
        if text == "":
            return
        mark = self.unformatted(text)
        is_lost_zero = self.is_newer and mark == 0
        if held.is_locked or not 0 <= mark <= MAXIMUM or held.mark == mark or is_lost_zero:
            yield Action("skip", number)
        else:
            yield Action("set", number, "Lesson 3", mark)

    def time_of(self, text):
        try:
            return (datetime.strptime(text, TIME) - START).total_seconds()
        except ValueError:
            return float("-inf")


class MoodleGradebook(Moodle):
    """The teacher maps the first column by which all can be told apart, and the column of "Lesson 3"."""

    def column(self, item):
        return f"Assignment: {item} (Real)"

    def keys(self, person):
        return [person.sis, f"{person.login}@example.org", person.login]

    def export(self):
        header = ["First name", "Surname", "ID number", "Institution", "Email address"]
        titles = [f"Assignment: {item} ({kind})" for item in self.items for kind in ("Real", "Feedback")]
        rows = [[*header, *titles, "Course total (Real)", "Last downloaded from this course"]]
        for person in self.people:
            who = [person.name, "X", person.sis, "", f"{person.login}@example.org"]
            held = [held[person.number] for held in self.items.values()]
            marks = [cell for one in held for cell in (self.number_text(one.mark) or "-", one.comment)]
            rows.append([*who, *marks, self.number_text(1), self.clock])
        return self.text(rows)

    def read(self, data):
        header, rows = self.table(data)
        key = next((one for one in ("ID number", "Email address") if one in header), None)
        item = self.column("Lesson 3")
        if key is None or item not in header:
            raise Refused("nothing to map")
        found = []
        for row in rows:
            who = [one for one in self.people if row[key] and row[key].casefold() in self.names(one, key)]
            if len(who) != 1:
                raise Refused("nobody, or more than one, is called so")
            held, text = self.items["Lesson 3"][who[0].number], row[item].strip()
            if (held.time or 0) > int(row["Last downloaded from this course"]):
                raise Refused("graded since")
            if text in ("", "-"):
                what = "skip" if held.mark is None else "erase"
                found.append(Action(what, who[0].number, "Lesson 3"))
                continue
            if not re.fullmatch(r"-?\d+(\.\d+)?", text.replace(self.sign, ".")):
                raise Refused("no number")
            mark = self.unformatted(text)
            if not 0 <= mark <= MAXIMUM:
                raise Refused("out of range")
            found.append(Action("set", who[0].number, "Lesson 3", mark))
        return found

    def names(self, person, key):
        return {(person.sis if key == "ID number" else f"{person.login}@example.org").casefold()}
