"""An upload sets the marks that are meant, on every system, and changes nothing else there."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grader.classroom.errors import ClassroomError
from grader.classroom.lms.formats import parse_lms_file
from grader.classroom.lms.marks import Mark
from grader.classroom.lms.upload import choose_item, fill_in
from tests.classroom.lms.conftest import EXAMPLES
from tests.classroom.lms.sites.blackboard import Blackboard
from tests.classroom.lms.sites.brightspace import Brightspace
from tests.classroom.lms.sites.canvas import Canvas
from tests.classroom.lms.sites.moodle import MoodleGradebook, MoodleWorksheet
from tests.classroom.lms.sites.site import MAXIMUM, Held, Refused, sites
from tests.fuzz.profiles import fuzzed

few = settings(fuzzed, max_examples=fuzzed.max_examples // 5)
LESSON = "03_backpropagation"
SIGNS, FLAGS = st.sampled_from(".,"), st.booleans()
KINDS = {
    "canvas": sites(
        Canvas,
        flags={"is_excused": True, "is_unassigned": True},
        sign=SIGNS,
        delimiter=st.sampled_from(",;"),
        has_mark=FLAGS,
    ),
    "moodle-worksheet": sites(
        MoodleWorksheet, flags={"is_locked": True}, sign=SIGNS, has_mark=FLAGS, is_newer=FLAGS
    ),
    "moodle-gradebook": sites(MoodleGradebook, sign=SIGNS, delimiter=st.sampled_from(",;\t"), has_mark=FLAGS),
    "brightspace": sites(Brightspace, sign=SIGNS, delimiter=st.sampled_from(",\t"), has_mark=FLAGS),
    "blackboard": sites(Blackboard, sign=SIGNS, delimiter=st.sampled_from(",\t"), has_mark=FLAGS),
}
ANY_SITE = st.sampled_from(sorted(KINDS)).flatmap(lambda name: st.tuples(st.just(name), KINDS[name]))


@st.composite
def marks_for(draw, site):
    """Marks of some of a site's people, final or not, by one of their names, and of somebody unknown."""
    kind = draw(st.integers(0, len(site.keys(site.people[0])) - 1))
    chosen = draw(st.lists(st.sampled_from(site.people), min_size=1, unique=True))
    scores = st.floats(-1, MAXIMUM + 1) | st.sampled_from([0.0, -0.0, 7.125, 9.995, 10.0])
    found = {
        person: Mark(
            site.keys(person)[kind],
            draw(scores),
            MAXIMUM,
            draw(st.sampled_from(["", "", "", "4 points wait to be marked by hand"])),
        )
        for person in chosen
    }
    return found, draw(st.sampled_from([[], [Mark("nobody", 3, MAXIMUM)]]))


def rounded(score):
    return Decimal(repr(score)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def made(name, site, marks):
    """The upload, recognized as what it is."""
    file = parse_lms_file(site.export(), "x.csv")
    assert file.name == name
    try:
        return fill_in(file, marks, choose_item(file, LESSON))
    except ClassroomError as error:
        assume("would not read this text again" not in str(error))
        raise


@fuzzed
@given(ANY_SITE)
def test_what_was_downloaded_changes_nothing(drawn):
    name, site = drawn
    try:
        assert site.uploaded(site.export()).items == site.items
    except Refused:  # Canvas's own semicolons and byte order mark
        assert name == "canvas" and (site.delimiter == ";" or site.has_mark)


@fuzzed
@given(ANY_SITE, st.data())
def test_an_upload_changes_the_marks_that_are_sent_and_nothing_else(drawn, data):
    name, site = drawn
    by_person, others = data.draw(marks_for(site))
    upload = made(name, site, [*by_person.values(), *others])
    after = site.uploaded(upload.data) if upload.sent else site
    sent = {person.number: mark for person, mark in by_person.items() if mark.student in upload.sent}
    assert after.items.keys() == site.items.keys()
    for item, held in site.items.items():
        for number, old in held.items():
            new = after.items[item][number]
            mark = sent.get(number) if item == "Lesson 3" else None
            is_lost_zero = site.is_newer and mark and rounded(mark.score) == 0
            expected = old.mark if mark is None or is_lost_zero else rounded(mark.score)
            assert new == replace(old, mark=expected)
    assert after.uploaded(upload.data).items == after.items


@few
@given(ANY_SITE, st.data())
def test_what_is_not_sent_is_listed_with_its_reason(drawn, data):
    name, site = drawn
    by_person, others = data.draw(marks_for(site))
    upload = made(name, site, [*by_person.values(), *others])
    assert upload.sent.keys() | upload.left_out.keys() == {
        mark.student for mark in [*by_person.values(), *others]
    }
    assert not upload.sent.keys() & upload.left_out.keys()
    for person, mark in by_person.items():
        held, points = site.items["Lesson 3"][person.number], rounded(mark.score)
        may_be_sent = not (mark.not_final or held.is_excused or held.is_unassigned or held.is_locked)
        is_in_range = points >= 0 and (points <= MAXIMUM or name in ("canvas", "blackboard"))
        assert (mark.student in upload.sent) == (may_be_sent and is_in_range)
    assert len(upload.without_submission) == len(site.people) - len(by_person) + (name == "canvas")


@few
@given(ANY_SITE, st.data())
def test_what_is_graded_meanwhile_stays(drawn, data):
    """Where the system tells by the file what is newer, for all; else for those who are not sent."""
    name, site = drawn
    by_person, others = data.draw(marks_for(site))
    upload = made(name, site, [*by_person.values(), *others])
    sent = {person.number for person, mark in by_person.items() if mark.student in upload.sent}
    person = data.draw(st.sampled_from(site.people))
    meanwhile = Held(Decimal("3.33"), "by hand", time=site.clock + 10)
    lesson = site.items["Lesson 3"] | {person.number: meanwhile}
    later = replace(site, items=site.items | {"Lesson 3": lesson})
    try:
        after = later.uploaded(upload.data) if upload.sent else later
    except Refused:
        assert name == "moodle-gradebook"
        return
    if name.startswith("moodle") or person.number not in sent:
        assert after.items["Lesson 3"][person.number] == meanwhile


@few
@given(KINDS["moodle-worksheet"], st.data())
def test_a_worksheet_changes_in_its_marks_alone(site, data):
    by_person, _ = data.draw(marks_for(site))
    upload = made("moodle-worksheet", site, by_person.values())
    file, written = parse_lms_file(site.export(), "x.csv"), parse_lms_file(upload.data, "x.csv")
    [item] = file.items()
    for old, new in zip(file.table.rows, written.table.rows, strict=True):
        differing = [
            place
            for place, cells in enumerate(zip(old.cells, new.cells, strict=True))
            if cells[0] != cells[1]
        ]
        assert set(differing) <= {item.column}
    if not upload.sent:
        assert upload.data == site.export()


# --- Other languages ----------------------------------------------------------------------------------------

GERMAN = {
    "Identifier": "ID",
    "Full name": "Vollständiger Name",
    "Email address": "E-Mail-Adresse",
    "Submitted": "Zur Bewertung abgegeben",
    "Maximum grade": "Bestwertung",
    "Grade can be changed": "Bewertung kann geändert werden",
    "Last modified (submission)": "Zuletzt geändert (Abgabe)",
    "Last modified (grade)": "Zuletzt geändert (Bewertung)",
    "Grade": "Bewertung",
    "Feedback comments": "Feedback als Kommentar",
    "Participant ": "Teilnehmer/in",
    "Yes": "Ja",
}


def in_german(text):
    for english, german in GERMAN.items():
        text = text.replace(english, german)
    return text


WORKSHEET = EXAMPLES["moodle-worksheet"]


@pytest.mark.parametrize("text", [WORKSHEET, WORKSHEET.replace("<p>by hand</p>", "'-1")])
@pytest.mark.parametrize("key", [None, "Email address", "Full name"])
def test_a_worksheet_in_another_language_is_filled_in_as_one_in_english(text, key):
    names = {None: ("17", "18"), "Email address": ("ada@example.org", "bob@example.org")}
    ada, bob = names.get(key, ("Ada A", "Bob B"))
    marks = [Mark(ada, 7.5, 10), Mark(bob, 3, 10, "4 points wait to be marked by hand")]
    data = {}
    for language, translated in (("English", text), ("German", in_german(text))):
        file = parse_lms_file(translated.encode(), "x.csv")
        upload = fill_in(file, marks, choose_item(file, LESSON), key=key)
        data[language] = upload.data.decode()
        assert file.name == "moodle-worksheet" and upload.sent == {ada: "7,50"}
        assert upload.without_submission == []
    assert data["German"] == in_german(data["English"])
    notes = " ".join(file.notes(["7,50"]))
    assert "“Bewertung”, the maximum is in “Bestwertung”" in notes and "skips rows that are graded" in notes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"10,00",Ja', "zehn,Ja"),  # graded in words
        ("Teilnehmer/in18", "Bob"),
        ("Teilnehmer/in18", "Gruppe18"),
        ('"2,00","10,00"', '"12,00","10,00"'),
    ],
)
def test_cells_that_no_worksheet_has(old, new):
    text = in_german(WORKSHEET).replace(old, new)
    assert text != in_german(WORKSHEET)
    with pytest.raises(ClassroomError, match="those of no known format"):
        parse_lms_file(text.encode(), "x.csv")
    with pytest.raises(ClassroomError, match="not those of Moodle's worksheet in English"):
        choose_item(parse_lms_file(text.encode(), "x.csv", "moodle-worksheet"), LESSON)


def test_canvas_says_in_another_language_which_columns_are_not_to_be_changed():
    text = EXAMPLES["canvas"].replace("Manual Posting", "Manuell").replace("(read only)", "(kun læsning)")
    file = parse_lms_file(text.replace("Final Score", "Final Score (2026)").encode(), "x.csv")
    assert [item.number for item in file.items()] == ["501", "502"]
    assert len(file.students) == 6


def test_a_gradebook_of_moodle_in_another_language():
    text = (
        "Vorname,Nachname,ID-Nummer,E-Mail-Adresse,Aufgabe: Lesson 3 (Punkte),Kurs gesamt (Punkte),"
        "Zuletzt aus diesem Kurs heruntergeladen\n"
        'Ada,A,s-1,ada@example.org,-,"1,00",1700000000\n'
        'Bob,B,s-2,bob@example.org,"2,00","1,00",1700000000\n'
    )
    file = parse_lms_file(text.encode(), "x.csv")
    assert file.name == "moodle-gradebook"
    upload = fill_in(file, [Mark("ada", 7.5, 10)], choose_item(file, LESSON))
    assert upload.data.decode() == (
        "E-Mail-Adresse,Aufgabe: Lesson 3 (Punkte),Zuletzt aus diesem Kurs heruntergeladen\n"
        'ada@example.org,"7,50",1700000000\n'
    )
    by_number = fill_in(file, [Mark("s-2", 3, 10)], choose_item(file, LESSON), key="ID-Nummer")
    assert by_number.data.decode().splitlines()[1] == 'bob@example.org,"3,00",1700000000'


def test_a_roster_is_no_gradebook():
    text = "Name,Mail,Nummer\nAda,ada@example.org,1234567890\nBob,bob@example.org,1234567891\n"
    with pytest.raises(ClassroomError, match="those of no known format"):
        parse_lms_file(text.encode(), "x.csv")
