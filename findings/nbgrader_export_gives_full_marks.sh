#!/usr/bin/env bash
# nbgrader's exporter puts no quotes round a name with a comma, and pandas then reads the maximum as everybody else's score.
#
# nbgrader 0.9.6, pandas 3.0.0: `nbgrader db student import` takes "Example, Jr." from a CSV file in quotes, `nbgrader export`
# joins the fields with commas. If the first student of the file, by last name, has such a name, pandas makes the first column
# its index and shifts the names of the columns by one: `score` holds `max_score` for all but that student, and nobody has a
# maximum. No error, no warning. If another student has it, pandas refuses the file. Python's `csv.DictReader` reads that
# student's penalty as the score, and so does pandas with `index_col=False`. A name without a comma helps.
# Pandas's half: https://github.com/pandas-dev/pandas/issues/47490.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nbgrader==0.9.6 "setuptools<81" pandas==3.0.0
PATH="$folder/venv/bin:$PATH"
cd "$folder"
printf 'id,last_name,first_name\na1,"Example, Jr.",Ada\nb2,Sample,Ben\nc3,Tester,Cem\n' >class.csv
nbgrader db student import class.csv >log 2>&1

cat >export.py <<'PYTHON'
"""Gives three students 9, 4 and 0 of 10 points, exports the grades and reads them."""
import csv
import subprocess
import sys

import pandas
from nbgrader.api import Gradebook

POINTS = {"a1": 9.0, "b2": 4.0, "c3": 0.0}
with Gradebook("sqlite:///gradebook.db") as gradebook:
    gradebook.add_assignment("lesson")
    gradebook.add_notebook("lesson", "lesson")
    gradebook.add_grade_cell("task", "lesson", "lesson", max_score=10, cell_type="code")
    for student, points in POINTS.items():
        gradebook.add_submission("lesson", student)
        gradebook.find_grade("task", "lesson", "lesson", student).auto_score = points
    gradebook.db.commit()
subprocess.run(["nbgrader", "export"], check=True, capture_output=True)

table = pandas.read_csv("grades.csv")
print(table[["student_id", "last_name", "score", "max_score"]].to_string())
with open("grades.csv", newline="") as file:
    rows = {row["student_id"]: row["score"] for row in csv.DictReader(file)}
print("by csv.DictReader:", rows)
as_seen = list(table["score"]) == [9.0, 10.0, 10.0] and rows == {"a1": "0.0", "b2": "4.0", "c3": "0.0"}
sys.exit(None if as_seen else "This has changed.")
PYTHON
python -W ignore export.py
