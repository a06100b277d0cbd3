"""All machines that grade a class have the same code, and what it runs with."""

from grader.classroom.cluster import edition as module
from grader.classroom.cluster.edition import difference, edition


def test_what_differs_is_named():
    assert difference(edition(), dict(edition())) == ""
    other = {**edition(), "NumPy": "1.0", "the course": "0"}
    assert difference(edition(), other) == (
        f"It has NumPy 1.0, not {edition()['NumPy']} and another version of the course."
    )


def test_a_changed_file_is_another_edition(monkeypatch, tmp_path):
    folder = tmp_path / "grader"
    (folder / "__pycache__").mkdir(parents=True)
    file = folder / "judge.py"
    file.write_text("1")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    first = module._digest_of_code()
    (folder / "__pycache__" / "judge.pyc").write_text("x")
    assert module._digest_of_code() == first
    file.write_text("2")
    assert module._digest_of_code() != first
