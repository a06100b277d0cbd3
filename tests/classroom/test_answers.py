"""What a process answers comes back as it was, and the file in it is not parsed."""

import datetime as dt

import pytest

from grader.classroom.answers import Failure, Graded, Page, Rerun, decode, encode

GRADED = Graded(
    notebook=b'{"not": "parsed \xff\n',
    scores={"test_f": 0.1 + 0.2, "why": None},
    unanswered=frozenset({"why", "f"}),
    verdicts={"f": {"status": "correct", "names": ["a"], "text": "ünï\ud800"}},
    repairs=("One.", "Two."),
    stopped=("Three.",),
    timestamp=dt.datetime(2026, 1, 31, 12, 0, 0, 5),
    unchanged=frozenset({"why"}),
    is_rerun=True,
    run_key="5f",
    is_kept=True,
    changes=("the setup cell",),
)


@pytest.mark.parametrize(
    "answer",
    [
        GRADED,
        Graded(b"", {}),
        Rerun(b"\n\n{}"),
        Page(b"<html>\n</html>\n"),
        Failure("why\nnot", "Traceback", may_be_the_machines=True),
        Failure("no sandbox", lacks_sandbox=True),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_an_answer_comes_back_as_it_was(answer):
    assert decode(encode(answer)) == answer
