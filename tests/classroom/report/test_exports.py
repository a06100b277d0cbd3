"""The report as JSON and as a table."""

import csv
import io
import json

from grader.classroom.report.exports import COLUMNS, to_csv, to_json


def test_a_row_for_each_misconception_of_a_student_in_an_exercise(report):
    rows = list(csv.DictReader(io.StringIO(to_csv(report))))
    assert list(rows[0]) == list(COLUMNS)
    both = [one for one in rows if (one["student"], one["exercise"]) == ("both0", "parameter_gradients")]
    assert [one["misconception"] for one in both] == ["bias-gradient-missing", "wrong-sign"]
    assert {(one["score"], one["max_score"], one["outcome"]) for one in both} == {("1", "2", "in part")}
    assert len(rows) == 28 * 7 + 2
    none = [one for one in rows if one["student"] == "none"]
    assert {(one["outcome"], one["misconception"]) for one in none} == {("missing", "")}


def test_no_name_is_a_formula(report):
    late = [one for one in csv.DictReader(io.StringIO(to_csv(report))) if one["student"].endswith("late")]
    assert {(one["student"], one["late_seconds"]) for one in late} == {("'=late", "90.5")}


def test_json_has_all_of_it(report):
    data = json.loads(to_json(report))
    assert data["graded"] == len(data["students"]) == 28
    assert data["misconceptions"][0]["students"] == ["sum0", "sum1", "sum2"]
    assert data["exercises"][1]["outcomes"]["incorrect"] == 3
    assert list(data["failed"].values()) == ["There is no notebook."]
    assert data["students"][0]["marks"][1]["misconceptions"] == ["missing-mean"]
    assert data["pairs"][0]["count"] == 2
