"""Archives are collected into a course: the right notebook for everybody, and nothing else is written."""

import os
import stat
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.collect import archive as archives
from grader.classroom.collect import data_files
from grader.classroom.collect.collect import collect
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_folder import Course
from grader.cli import app
from grader.demo import LESSON
from tests.classroom.lms.conftest import EXAMPLES
from tests.fuzz.profiles import fuzzed

FILE = f"{LESSON}.ipynb"
OTHER = "02_forward_propagation"


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TZ", "UTC")
    return folder


def packed(place: Path, files: dict) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return place


def placed(folder: Path) -> dict:
    """The notebooks that are there, by student and lesson."""
    found = sorted(folder.glob("submitted/*/*/*.ipynb"))
    assert all(file.stem == file.parent.name for file in found)
    return {(file.parts[-3], file.stem): file.read_text() for file in found}


def run(*options):
    done = CliRunner().invoke(app, ["collect", *map(str, options)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_canvas(course):
    zipped = packed(
        course / "a.zip",
        {
            f"adaa_17_9001_{FILE}": "old",
            f"adaa_LATE_17_9005_{LESSON}-1.ipynb": "new",
            f"bobb_18_9002_{OTHER}.ipynb": "other",
            "bobb_18_text.html": "typed",
            f"anon_Ab3dE_9003_{FILE}": "whose?",
            "bobb_18_9004_notes.ipynb": 'x "LESSON = \\"03_backpropagation\\"\\n"',
            "bobb_18_9006_data.csv": "1",
            "__MACOSX/._x": "",
        },
    )
    code, output = run(zipped)
    assert code == 1 and {key: text[:1] for key, text in placed(course).items()} == {
        ("17", LESSON): "n",
        ("18", OTHER): "o",
        ("18", LESSON): "x",
    }
    assert (course / "submitted" / "17").exists() and "beside them" not in output
    assert "2 of 03_backpropagation" in output and "3 new, 0 replaced, 0 unchanged" in output
    assert "Late by the LMS, which does not say by how much: 17" in output
    assert f"Earlier attempts, not placed: adaa_17_9001_{FILE}" in output
    for reason in ("typed into the LMS", "without names", "data.csv: 2 notebooks of 18 may need it."):
        assert reason in output
    assert "3 of" not in output and "3 unchanged" in run(zipped)[1]


def test_a_gradebook_of_canvas_names_the_folders(course):
    (course / "grades.csv").write_text(EXAMPLES["canvas"])
    zipped = packed(course / "a.zip", {f"adaa_17_9001_{FILE}": "1", f"xx_77_9002_{FILE}": "2"})
    code, output = run(zipped, "--roster", "grades.csv")
    assert placed(course) == {("ada", LESSON): "1"}
    assert code == 1 and "nobody in the roster has this number or name" in output
    run(zipped, "--roster", "grades.csv", "--id-column", "SIS User ID")
    assert ("s-1", LESSON) in placed(course)
    assert "has no column X" in run(zipped, "--roster", "grades.csv", "--id-column", "X")[1]


def test_a_name_of_canvas_that_ends_in_a_number_is_known_by_the_roster(course):
    (course / "grades.csv").write_text(EXAMPLES["canvas"])
    files = {f"student_1_17_9001_{FILE}": "1", "student_1_17_9002_data.csv": "2", f"bobb_18_3_{FILE}": ""}
    zipped = packed(course / "a.zip", files)
    code, output = run(zipped)
    assert code == 1 and output.count("may be read as that of number 1 or 17; say with --roster") == 2
    assert placed_names(course) == ["18"]
    assert run(zipped, "--roster", "grades.csv")[0] == 0
    assert beside(course, "ada") == {"data.csv": "2"}


def test_both_readings_of_a_path_are_of_students(course):
    (course / "grades.csv").write_text(EXAMPLES["canvas"])
    names = (f"adaa_17_18_9001_{FILE}", f"x_17_18_9001_{FILE}", f"adaa_17_9001_20270101_{FILE}")
    outputs = [
        run(packed(course / "a.zip", {name: "1"}), "--roster", "grades.csv", "--dry-run") for name in names
    ]
    assert [code for code, _ in outputs] == [0, 1, 0]
    assert all("ada: " in output for _, output in outputs[::2])


def test_one_students_folder_with_data_files(course):
    code, output = run(packed(course / "a.zip", {f"ada/{FILE}": "1", "ada/data.csv": "2"}))
    assert (code, beside(course, "ada")) == (0, {"data.csv": "2"})


def test_moodle_with_its_worksheet(course):
    (course / "work.csv").write_text(EXAMPLES["moodle-worksheet"])
    zipped = packed(
        course / "a.zip",
        {
            f"Ada A_17_assignsubmission_file/{FILE}": "1",
            f"Team 1_18_assignsubmission_file/{FILE}": "2",
            "Ada A_17_assignsubmission_onlinetext/onlinetext.html": "",
        },
    )
    code, output = run(zipped, "--roster", "work.csv")
    assert placed(course) == {("ada@example.org", LESSON): "1"}
    assert code == 1 and "its number is that of Bob B, its name is not; is it a team's?" in output


def test_moodle_without_a_roster_takes_the_numbers(course):
    run(
        packed(
            course / "a.zip",
            {f"Ada A_17_assignsubmission_file_{FILE}": "1", "Bob_18_assignsubmission_file_x": ""},
        )
    )
    assert placed(course) == {("17", LESSON): "1"}
    assert "named by the LMS's numbers" in run(course / "a.zip")[1]


def test_a_roster_tells_user_names_and_names(course):
    (course / "class.csv").write_text(
        "id,first_name,last_name\nstudent_1,Ada,King Lovelace\nbob,B,B\nbo,B,B\n"
    )
    entry = f"Lesson_3_student_1_attempt_2026-11-05-10-30-00_{FILE}"
    run(packed(course / "a.zip", {entry: "1"}), "--roster", "class.csv")
    assert placed(course) == {("student_1", LESSON): "1"}
    names = {f"King Lovelace, Ada - {FILE}": "2", f"B B - {FILE}": "?"}
    code, output = run(packed(course / "b.zip", names), "--roster", "class.csv")
    assert placed(course) == {("student_1", LESSON): "2"}
    assert code == 1 and "2 students of the roster fit it" in output


def test_times_are_kept_and_a_later_attempt_wins(course):
    def handed(day, text):
        return {f"Lesson_ada_attempt_2026-11-{day:02}-10-30-00_{FILE}": text}

    run(packed(course / "a.zip", handed(5, "5") | handed(6, "6")))
    submission = Submission(Assignment(Course(course), LESSON), "ada")
    assert placed(course) == {("ada", LESSON): "6"}
    assert submission.timestamp().day == 6
    code, output = run(packed(course / "b.zip", handed(5, "5")))
    assert code == 0 and "what is there was handed in later: ada" in output
    assert placed(course) == {("ada", LESSON): "6"}
    code, output = run(packed(course / "c.zip", handed(7, "7")))
    assert "Replaced: ada" in output and submission.timestamp().day == 7
    run(packed(course / "d.zip", {f"ada_17_1_{FILE}": "8"}), "--into", course / "submitted2")
    run(packed(course / "e.zip", {f"ada/{FILE}": "8"}))
    assert placed(course) == {("ada", LESSON): "8"} and submission.timestamp() is None


def test_a_folder_of_downloads(course, tmp_path):
    folder = tmp_path / "colab"
    folder.mkdir()
    for name in (f"Ada L - {FILE}", f"Copy of {LESSON} bob (1).ipynb", FILE):
        (folder / name).write_text(name[:3])
    (folder / f"eve {FILE}").symlink_to("/etc/hostname")
    (folder / "linked").symlink_to("/etc")
    code, output = run(folder)
    assert placed(course) == {("Ada_L", LESSON): "Ada", ("bob", LESSON): "Cop"}
    assert code == 1 and output.count("it is a link or no file") == 2
    assert f"{FILE}: no name of a student in its path" in output


def test_a_dry_run_writes_nothing(course):
    zipped = packed(course / "a.zip", {f"ada_17_1_{FILE}": "1"})
    before = sorted(course.rglob("*"))
    code, output = run(zipped, "--dry-run")
    assert code == 0 and f"17: {LESSON}, new, from ada_17_1_{FILE}" in output
    assert "1 would be new" in output
    assert [one for one in sorted(course.rglob("*")) if one.name != "grading.log"] == [
        one for one in before if one.name != "grading.log"
    ]


def test_one_lesson_alone(course):
    zipped = packed(course / "a.zip", {f"ada_17_1_{FILE}": "1", f"ada_17_2_{OTHER}.ipynb": "2"})
    assert f"of another lesson, {OTHER}" in run(zipped, "--lesson", LESSON)[1]
    assert placed(course) == {("17", LESSON): "1"}
    assert run(zipped, "--lesson", "none")[0] == 2


def test_two_files_of_one_lesson_are_nobodys(course):
    names = [f"Ada_17_assignsubmission_file/{LESSON}{mark}.ipynb" for mark in ("-1", " (1)")]
    code, output = run(packed(course / "a.zip", dict.fromkeys(names, "x")))
    assert code == 1 and output.count(f"2 files are {LESSON} of 17; remove all but one") == 2
    code, _ = run(packed(course / "b.zip", dict.fromkeys([*names, names[0].replace("-1", "")], "y")))
    assert code == 0 and placed(course) == {("17", LESSON): "y"}


def test_namesakes_in_brightspace_are_told_apart_by_nobody(course):
    def entry(number, day):
        return f"{number}-400 - Ada L - Nov {day}, 2026 130 PM/{FILE}"

    run(packed(course / "a.zip", {entry(7, 5): "5", entry(7, 6): "6"}))
    assert placed(course) == {("Ada_L", LESSON): "6"}
    code, output = run(packed(course / "b.zip", {entry(7, 7): "7", entry(8, 8): "8"}))
    assert code == 1 and output.count("2 students of the LMS would be Ada_L") == 2
    assert placed(course) == {("Ada_L", LESSON): "6"}


def test_links_in_the_course_are_left_alone(course, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (course / "submitted" / "17").mkdir(parents=True)
    (course / "submitted" / "18").symlink_to(outside)
    (course / "submitted" / "17" / LESSON).symlink_to(outside)
    zipped = packed(course / "a.zip", {f"ada_17_1_{FILE}": "1", f"bob_18_2_{FILE}": "2"})
    code, output = run(zipped)
    assert code == 1 and output.count("is in the way") == 2 and list(outside.iterdir()) == []


def test_what_is_no_archive(course):
    (course / "a.zip").write_bytes(b"PK\x03\x04 no zip file")
    for name in ("a.zip", "none.zip"):
        code, output = run(name)
        assert code == 2 and name in output


def test_an_archive_that_says_it_is_small(course, monkeypatch):
    monkeypatch.setattr(archives, "SIZE_LIMIT", 1000)
    monkeypatch.setattr(archives, "_RATIO_FREE", 10)
    zipped = packed(course / "a.zip", {f"ada_17_1_{FILE}": b"x" * 1001, f"bob_18_2_{FILE}": b"x" * 100_000})
    _, output = run(zipped)
    assert "it has more than 0 MiB" in output and "would grow more than 250 times" in output
    monkeypatch.setattr(archives, "FILES_LIMIT", 1)
    assert "has more than 1 files" in run(zipped)[1]


def test_an_archive_that_is_large_in_all(course, monkeypatch):
    monkeypatch.setattr(archives, "TOTAL_LIMIT", 1500)
    zipped = packed(course / "a.zip", {f"ada_{n}_1_{FILE}": os.urandom(1000) for n in (1, 2)})
    code, output = run(zipped)
    assert code == 1 and len(placed_names(course)) == 1 and "the archive has more than" in output


def placed_names(course):
    return [file.parent.parent.name for file in course.glob("submitted/*/*/*.ipynb")]


def test_damaged_and_encrypted_files_and_links(course):
    zipped = course / "a.zip"
    with zipfile.ZipFile(zipped, "w") as opened:
        opened.writestr(f"ada_17_1_{FILE}", "CONTENT")
        link = zipfile.ZipInfo(f"bob_18_2_{FILE}")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(link, "/etc/passwd")
    zipped.write_bytes(zipped.read_bytes().replace(b"CONTENT", b"CHANGED"))
    code, output = run(zipped)
    assert code == 1 and "it is damaged" in output and "it is a link or no file" in output
    assert placed_names(course) == []


@pytest.mark.parametrize(
    "name",
    [f"../../x/{FILE}", f"/tmp/x/{FILE}", f"..\\x\\{FILE}", f"C:\\x\\{FILE}", f"a/../../x/{FILE}"],
)
def test_paths_that_leave_are_not_placed(course, name):
    code, output = run(packed(course / "a.zip", {name: "x"}))
    assert code == 1 and "its path leads out of the archive" in output and placed_names(course) == []


def beside(folder: Path, student: str) -> dict:
    """The files beside a student's notebook."""
    own = folder / "submitted" / student / LESSON
    files = (file for file in sorted(own.rglob("*")) if file.is_file() and file.name != FILE)
    return {file.relative_to(own).as_posix(): file.read_text() for file in files}


FLAT = "Ada A_17_assignsubmission_file_{}"
IN_FOLDERS = {
    "moodle": ("Ada A_17_assignsubmission_file/{}", "17"),
    "brightspace": ("7-400 - Ada L - Nov 5, 2026 130 PM/{}", "Ada_L"),
    "plain": ("class/ada/{}", "ada"),
    "plain with the lesson": (f"ada/{LESSON}/{{}}", "ada"),
}


@pytest.mark.parametrize(("path", "student"), IN_FOLDERS.values(), ids=IN_FOLDERS)
def test_data_files_lie_where_the_notebook_looks_for_them(course, path, student):
    names = (FILE, "data.csv", "pictures/net.png", "own.py")
    other = path.replace("Ada", "Bob").replace("ada", "bob").replace("17", "18").replace("7-", "8-")
    files = {path.format(name): name for name in names} | {other.format(FILE): "b", other.format("x"): "x"}
    code, output = run(packed(course / "a.zip", files))
    assert code == 0 and "Data files beside them: 4" in output
    assert beside(course, student).keys() - {"timestamp.txt"} == set(names[1:])
    assert "0 replaced, 2 unchanged" in run(course / "a.zip")[1]
    changed = packed(course / "b.zip", files | {path.format("data.csv"): "new"})
    assert ", with data.csv, own.py, pictures/net.png" in run(changed, "--dry-run")[1]
    assert beside(course, student)["data.csv"] == "data.csv"
    assert "Replaced: " + student in run(changed)[1] and beside(course, student)["data.csv"] == "new"


@pytest.mark.parametrize(
    "path",
    ["ada_17_{}_{{}}", "Ada A_17_assignsubmission_file_{{}}", "L_ada_attempt_2026-11-05-10-30-00_{{}}"],
)
def test_data_files_beside_notebooks_in_one_folder(course, path):
    names = [path.format(number) for number in (1, 2)]
    run(packed(course / "a.zip", {names[0].format(FILE): "n", names[1].format("data.csv"): "d"}))
    [student] = placed_names(course)
    assert beside(course, student)["data.csv"] == "d"


TWO = {f"ada/{FILE}": "", f"bob/{FILE}": ""}


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({f"ada/{FILE}": "", "eve/data.csv": ""}, "eve/data.csv: no notebook, nor a file beside one"),
        ({f"class/{FILE[:2]} ada {FILE}": "", "class/data.csv": ""}, "class/data.csv: no notebook, nor"),
        ({FLAT.format(FILE): "", "Bob_18_assignsubmission_file_x.csv": ""}, "x.csv: no notebook, nor"),
        (TWO | {"ada/timestamp.txt": "2000-01-01"}, "which the LMS has to say"),
        (TWO | {"ada/.hidden": ""}, "a hidden file"),
        (TWO | {"ada/more.zip": ""}, "an archive; unpack it"),
        (TWO | {"ada/large.bin": "x" * 101}, "more data in its files than a submission"),
        (TWO | {f"ada/{n}.csv": "" for n in range(6)}, "more than 5 files and folders"),
        (
            {
                f"L_ada_attempt_2026-11-05-10-30-00_{FILE}": "",
                "L_ada_attempt_2026-11-04-10-30-00_data.csv": "",
            },
            "of another attempt than the notebook",
        ),
    ],
)
def test_why_data_files_are_not_placed(course, monkeypatch, files, reason):
    monkeypatch.setattr(data_files, "FILES_LIMIT", 5)
    (course / "nbgrader_config.py").write_text("c = get_config()\n")
    monkeypatch.setattr("grader.isolation.limits.Limits.files_size", 100)
    zipped = packed(course / "a.zip", files)
    code, output = run(zipped, "--into", course / "submitted")
    assert code == 1 and reason in output


CANVAS = "ada_17_{}_{}"


def attempt(number, **files):
    """An attempt as Canvas hands it out, and the notebook with the attempt's number in it."""
    names = {FILE: f"notebook {number}"} | {name.replace("_", "."): text for name, text in files.items()}
    return {
        CANVAS.format(9000 + 10 * number + at, name): text for at, (name, text) in enumerate(names.items())
    }


def test_a_later_attempt_leaves_nothing_of_an_earlier_one(course):
    run(packed(course / "a.zip", attempt(1, data_csv="1", more_csv="1")))
    assert beside(course, "17") == {"data.csv": "1", "more.csv": "1"}
    zipped = packed(course / "b.zip", attempt(2, data_csv="2"))
    removed = f"Removed, since the latest attempt is without them: 17/{LESSON}/more.csv"
    assert removed in run(zipped, "--dry-run")[1] and beside(course, "17")["more.csv"] == "1"
    code, output = run(zipped)
    assert code == 0 and removed in output and "Moved" not in output and "Left" not in output
    assert beside(course, "17") == {"data.csv": "2"}
    assert placed(course) == {("17", LESSON): "notebook 2"}
    assert "0 replaced, 1 unchanged" in run(zipped)[1]


def test_an_attempt_without_a_file_counts_though_the_notebook_is_the_same(course):
    first = attempt(1, data_csv="1")
    run(packed(course / "a.zip", first))
    code, output = run(packed(course / "b.zip", dict([next(iter(first.items()))])))
    assert code == 0 and "Replaced: 17" in output and beside(course, "17") == {}


def test_what_a_person_changed_is_left_until_a_new_attempt_and_kept_then(course):
    zipped = packed(course / "a.zip", attempt(1, data_csv="1", more_csv="1", gone_csv="1"))
    run(zipped)
    own = course / "submitted" / "17" / LESSON
    (own / FILE).write_text("mended")
    (own / "more.csv").write_text("mended")
    (own / "gone.csv").unlink()
    (own / "notes.txt").write_text("by hand")
    (own / "timestamp.txt").write_text("2026-01-31 23:59:00 UTC")
    code, output = run(zipped)
    assert f"Left as a person has changed them after collecting: 17/{LESSON}/{FILE}, " in output
    assert (own / FILE).read_text() == "mended" and beside(course, "17").keys() == {
        *("data.csv", "more.csv", "gone.csv", "notes.txt", "timestamp.txt")
    }
    code, output = run(packed(course / "b.zip", attempt(2, data_csv="2")))
    assert beside(course, "17") == {"data.csv": "2", "notes.txt": "by hand"}
    assert (own / FILE).read_text() == "notebook 2"
    [aside] = course.glob("submitted_set_aside/*/17/*")
    assert {file.name: file.read_text()[:6] for file in aside.iterdir()} == {
        FILE: "mended",
        "more.csv": "mended",
        "timestamp.txt": "2026-0",
    }
    assert f"Moved to {aside.parent.parent}, since a person had made or changed them: " in output
    assert f"Left beside a new attempt, since they were not collected: 17/{LESSON}/notes.txt" in output
    assert f"without them: 17/{LESSON}/gone.csv" in output


def test_what_was_there_before_anything_was_collected_is_kept(course):
    own = course / "submitted" / "17" / LESSON
    own.mkdir(parents=True)
    (own / FILE).write_text("by hand")
    run(packed(course / "a.zip", attempt(1)))
    [aside] = course.glob("submitted_set_aside/*/17/*")
    assert (aside / FILE).read_text() == "by hand" and (own / FILE).read_text() == "notebook 1"


def test_folders_that_are_empty_then_are_removed(course):
    one, other = f"ada/{FILE}", {f"bob/{FILE}": "b"}
    run(packed(course / "a.zip", other | {one: "1", "ada/a/b/c.csv": "", "ada/a/d.csv": ""}))
    run(packed(course / "b.zip", other | {one: "2", "ada/a/d.csv": ""}))
    own = course / "submitted" / "ada" / LESSON
    assert [file.name for file in (own / "a").iterdir()] == ["d.csv"]
    run(packed(course / "c.zip", other | {one: "3"}))
    assert [file.name for file in own.iterdir()] == [FILE]


@pytest.mark.parametrize("notes", ["", "{", "[]", '{"17/x": 1}'])
def test_notes_that_cannot_be_read_are_none(course, notes):
    (course / ".grading.collected").write_text(notes)
    assert run(packed(course / "a.zip", attempt(1)))[0] == 0


PARTS = st.sampled_from(
    [
        "..",
        ".",
        "",
        "ada",
        "*",
        "[a]",
        ".x",
        "\x1b[2J",
        "\u202e",
        "x" * 300,
        "a_17_1_" + FILE,
        FILE,
        LESSON,
        "C:",
        "data.csv",
    ]
)
PLAIN = {
    "ada",
    "a_17_1_" + FILE,
    FILE,
    LESSON,
    "data.csv",
    "*",
    "[a]",
    "C:",
}  # what a data file may be called
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join).filter(bool)


@fuzzed
@given(st.dictionaries(PATHS, st.binary(max_size=8), max_size=5))
def test_whatever_an_archive_holds_nothing_is_written_elsewhere(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("any")
    (folder / "into").mkdir()
    zipped = packed(folder / "a.zip", files)
    found = collect(zipped, into=folder / "into")
    assert {one.name for one in folder.iterdir()} == {"into", "a.zip"}
    for file in (folder / "into").rglob("*"):
        parts = file.relative_to(folder / "into").parts
        assert len(parts) < 2 or parts[1] == LESSON
        assert len(parts) < 3 or file.is_dir() or (parts[0], LESSON) in {one.place for one in found.placed}
        assert parts[0].isprintable() and not set(parts[0]) & set("*[]/\\")
    again = collect(zipped, into=folder / "into")
    assert {one.outcome for one in again.placed.values()} <= {"unchanged"}
    assert again.plan.not_placed == found.plan.not_placed
