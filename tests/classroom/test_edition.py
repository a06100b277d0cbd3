"""The course's code is known again by a hash of its files."""

from grader.classroom import edition as module


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
