"""Right answers with references that were written before: what is tried, and what is refused."""

import pytest

from tests.truth import numpy_versions

LESSON = "01_logistic_regression"


@pytest.fixture(scope="module", autouse=True)
def written(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numpy_versions, "FOLDER", tmp_path_factory.mktemp("references"))
        numpy_versions.write(LESSON, seeds=2)
        patch.setattr(
            "grader.diagnosis.references.compute", pytest.fail
        )  # with what was written, none is made
        yield


def test_no_right_answer_is_refused():
    found = numpy_versions.tried(LESSON, "loss", seeds=2)
    assert found.hand > 5
    assert found.made == 200
    assert found.refused == ()


def test_what_is_refused_is_named(monkeypatch, capsys):
    monkeypatch.setattr(
        numpy_versions, "right_answers", lambda *exercise: {"no answer": lambda *arguments: 0}
    )
    monkeypatch.setattr(numpy_versions, "rewritten_functions", lambda *exercise: [])
    monkeypatch.setattr("sys.argv", ["numpy_versions", LESSON, "--seeds", "2"])
    assert numpy_versions.main() == 1
    assert f"{LESSON}/loss refuses no answer, seed 1" in capsys.readouterr().out
