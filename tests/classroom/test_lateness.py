"""How late a submission is, in words."""

import pytest

from grader.classroom.lateness import describe_lateness, short_lateness


@pytest.mark.parametrize(
    ("seconds", "words", "short"),
    [
        (0.3, "1 second", "1 s"),
        (59, "59 seconds", "59 s"),
        (60, "1 minute", "1 min"),
        (3599, "59 minutes and 59 seconds", "59 min"),
        (2 * 86400 + 3 * 3600 + 59, "2 days and 3 hours", "2 d"),
        (86400 + 59, "1 day", "1 d"),
    ],
)
def test_in_words(seconds, words, short):
    assert (describe_lateness(seconds), short_lateness(seconds)) == (words, short)
