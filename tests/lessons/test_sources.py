"""The sources of the lessons: headings that exercises point to, sections that count without gaps."""

import ast
import itertools
import re
from itertools import pairwise

import nbformat
import pytest

from grader import lessons

of_each_lesson = pytest.mark.parametrize("lesson", lessons.names())


def headings(root, lesson):
    source = (root / "solutions" / f"{lesson}.py").read_text(encoding="utf-8")
    return [line.strip("# ") for line in source.splitlines() if line.startswith("# #")]


@of_each_lesson
def test_every_exercise_points_to_a_heading_of_the_lesson(root, lesson):
    found = headings(root, lesson)
    for exercise in lessons.load(lesson).exercises.values():
        assert exercise.reread in found, f"`reread` of {exercise.name}: no heading reads {exercise.reread!r}"
        own = f"`{exercise.name}` ({exercise.points} point"
        assert any(own in heading for heading in found), f"no heading of an exercise has {own}..."


@of_each_lesson
def test_exercises_are_numbered_in_the_order_of_the_lesson(root, lesson):
    numbered = re.findall(r"Exercise (\d+): `(\w+)`", "\n".join(headings(root, lesson)))
    names = lessons.load(lesson).exercises
    assert numbered == [(str(number), name) for number, name in enumerate(names, start=1)]


@of_each_lesson
def test_sections_are_in_order(root, lesson):
    text = (root / "solutions" / f"{lesson}.py").read_text(encoding="utf-8")
    sections = [int(number) for number in re.findall(r"^# ## (\d+)\. ", text, re.MULTILINE)]
    assert sections == list(range(1, len(sections) + 1))
    numbers = [tuple(map(int, n)) for n in re.findall(r"^# ### (\d+)\.(\d+) ", text, re.MULTILINE)]
    for (section, number), (next_section, following) in pairwise(numbers):
        assert (next_section, following) in ((section, number + 1), (next_section, 1))
    assert {section for section, _ in numbers} <= set(sections)


@of_each_lesson
def test_the_lesson_has_what_every_lesson_has(root, lesson):
    text = (root / "solutions" / f"{lesson}.py").read_text(encoding="utf-8")
    assert 2 <= text.count("**Predict before you run.**") <= 4
    assert len(re.findall(r"^# ## \d+\. Questions learners ask", text, re.MULTILINE)) == 1
    assert len(re.findall(r"^# ## \d+\. Summary", text, re.MULTILINE)) == 1
    assert text.count("**Your answer (4 points)**") == 1


@of_each_lesson
def test_parts_and_what_is_optional_are_marked_with_honest_minutes(root, lesson):
    text = (root / "solutions" / f"{lesson}.py").read_text(encoding="utf-8").replace("\n# ", " ")
    time = re.search(r"\*\*Time\*\*: .*", text)[0]
    assert "*Part A*, section" in time and "*Part B*, section" in time and "optional" in time
    minutes = sum(map(int, re.findall(r"about (\d+)", time)))
    least, most = map(int, lessons.load(lesson).minutes.split("–"))
    assert least <= minutes <= most
    assert text.count("**End of Part A.** ") == 1
    questions = re.search(r"## \d+\. Questions learners ask\n#\n?.*", text)[0]
    assert "*This section is optional.*" in questions


@of_each_lesson
def test_the_readme_lists_the_lesson_and_its_functions(root, lesson):
    readme = (root / "README.md").read_text(encoding="utf-8")
    (row,) = [
        line for line in readme.splitlines() if f"notebooks/{lesson}/{lesson}.ipynb)" in line and "|" in line
    ]
    assert lessons.load(lesson).title in row
    assert re.findall(r"`(\w+)`", row.split("|")[3]) == list(lessons.load(lesson).exercises)


def test_the_sections_that_the_readme_names_exist(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+\?.*) \| (\d\d) \| (.+) \|$", readme, re.MULTILINE)
    assert len(rows) >= 7
    by_number = {lesson[:2]: lesson for lesson in lessons.names()}
    for question, number, section in rows:
        assert section in headings(root, by_number[number]), question


FIRST_EXERCISE_WITHIN = 400  # words


@of_each_lesson
def test_the_first_exercise_comes_within_400_words(root, lesson):
    """The words of all Markdown above the first exercise, without code, formulas and texts of pictures."""
    notebook = nbformat.read(root / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4)
    above = itertools.takewhile(
        lambda cell: not cell.metadata.get("nbgrader", {}).get("solution"), notebook.cells
    )
    prose = "\n".join(cell.source for cell in above if cell.cell_type == "markdown")
    prose = re.sub(r"```.*?```|\$\$.*?\$\$|`[^`]*`|\$[^$]*\$|!\[.*?\]\(.*?\)", " ", prose, flags=re.DOTALL)
    assert len(re.findall(r"[^\W_][\w'’-]*", prose)) <= FIRST_EXERCISE_WITHIN


@of_each_lesson
def test_pictures_are_drawn_and_described_elsewhere(root, lesson):
    """Cells call `show` and functions of `utils.plots`; those draw, and write the alternative text."""
    tree = ast.parse((root / "solutions" / f"{lesson}.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not [
        node.lineno for node in calls if getattr(node.func, "id", "") == "show" and len(node.args) != 1
    ]
    assert not [node.lineno for node in calls for keyword in node.keywords if keyword.arg == "alt"]
    drawing = {"plt", "pyplot", "axes", "ax", "figure", "fig"}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    assert not [node.lineno for node in names if node.id in drawing]
