"""A class is graded in batches, in sandboxes or not at all."""

import pytest

from grader.classroom.class_grading import batches, demand_sandbox
from grader.classroom.errors import ClassroomError
from grader.isolation import sandbox


def test_without_a_sandbox_the_risk_is_named(monkeypatch):
    monkeypatch.setattr(sandbox, "_missing", lambda: "bubblewrap is not installed.")
    with pytest.raises(ClassroomError, match="(?s)bubblewrap is not installed.*") as error:
        demand_sandbox()
    assert str(error.value).endswith(sandbox.RISK)


def test_records_are_written_in_batches():
    taken = []

    def items():
        for number in range(120):
            taken.append(number)
            yield number

    first = next(batches(items()))
    assert first == taken == list(range(50))
    assert [len(batch) for batch in batches(range(120))] == [50, 50, 20]
    assert list(batches([])) == []
