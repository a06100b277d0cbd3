"""A course with marks in its gradebook, made without grading."""

import os
from pathlib import Path

import pytest
import sqlalchemy
from nbgrader import api

from grader.classroom.gradebook import Entry, Gradebook
from grader.demo import LESSON

EXAMPLES = {
    "canvas": "Student,ID,SIS User ID,SIS Login ID,Section,Lesson 3 (501),Other (502),Final Score\n"
    ",,,,,Manual Posting,,\n"
    "    Points Possible,,,,,10.00,10.00,(read only)\n"
    '"Ada, A",17,s-1,ada,Sec A,7.50,1.00,75.00\n'
    '"Bob, B",18,s-2,bob,Sec A,2.00,,75.00\n'
    '"Cyd, C",19,s-3,cyd,Sec A,3.00,,75.00\n'
    '"Dan, D",20,s-4,dan,Sec A,,4.00,75.00\n'
    '"Zoe, Z",21,s-5,zoe,Sec A,,,75.00\n'
    '"Student, Test",99,,b1f0,Sec A,,,\n',
    "moodle-worksheet": "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 17,Ada A,ada@example.org,Submitted,,"10,00",Yes,-,-,\n'
    'Participant 18,Bob B,bob@example.org,Submitted,"2,00","10,00",Yes,-,-,<p>by hand</p>\n',
    "moodle-gradebook": "First name,Surname,ID number,Email address,Assignment: Lesson 3 (Real),"
    "Assignment: Lesson 3 (Feedback),Course total (Real),Last downloaded from this course\n"
    "Ada,A,,ada@example.org,-,,1.00,1700000000\n"
    "Bob,B,s-2,bob@example.org,2.00,,1.00,1700000000\n",
    "brightspace": "OrgDefinedId,Username,Last Name,Lesson 3 Points Grade <Numeric MaxPoints:10 Weight:5>,"
    "Other Points Grade,End-of-Line Indicator\n#00017,#ada,A,,3,#\n#00018,#bob,B,2,3,#\n",
    "blackboard": '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t'
    '"Lesson 3 [Total Pts: 10 Score] |4711"\n"A"\t"Ada"\t"ada"\t"s-1"\t""\t""\n',
}
"""A download of each kind."""


@pytest.fixture
def marked_course(tmp_path, monkeypatch) -> Path:
    """A course in which Ada's and Fay's marks are final, and others' are not, for a reason each."""
    course = tmp_path / "course"
    course.mkdir()
    (course / "nbgrader_config.py").write_text("c = get_config()\n")
    url = f"sqlite:///{course / 'gradebook.db'}"
    api.Base.metadata.create_all(sqlalchemy.create_engine(url))
    with api.Gradebook(url) as gradebook:
        gradebook.add_assignment(LESSON)
        gradebook.add_notebook(LESSON, LESSON)
        for name, points in (("test_f", 6), ("why", 4)):
            gradebook.add_grade_cell(name, LESSON, LESSON, max_score=points, cell_type="code")
    students = ("ada", "bob", "cyd", "dan", "fay")
    Gradebook(url).record(LESSON, [Entry(one, {"test_f": 5, "why": None}, frozenset()) for one in students])
    with api.Gradebook(url) as gradebook:
        for student in ("ada", "cyd", "dan", "fay"):
            written = gradebook.find_grade("why", LESSON, LESSON, student)
            written.manual_score, written.needs_manual_grade = 3.125, student == "cyd"
        gradebook.db.commit()
    for student in (*students, "eve"):
        for step, time in (("submitted", 1000 + 1000 * (student == "dan")), ("autograded", 1500)):
            notebook = course / step / student / LESSON / f"{LESSON}.ipynb"
            notebook.parent.mkdir(parents=True)
            notebook.write_text("{}")
            os.utime(notebook, (time, time))
    monkeypatch.chdir(course)
    return course
