"""All machines that grade a class have the same code, and what it runs with."""

from grader.classroom.cluster.edition import difference, edition


def test_what_differs_is_named():
    assert difference(edition(), dict(edition())) == ""
    other = {**edition(), "NumPy": "1.0", "the course": "0"}
    assert difference(edition(), other) == (
        f"It has NumPy 1.0, not {edition()['NumPy']} and another version of the course."
    )
