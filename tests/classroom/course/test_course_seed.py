"""The secret of a course."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.classroom.course.course_seed import FILE, SeedError, course_seed


def test_a_course_keeps_its_seed(tmp_path):
    seed = course_seed(tmp_path)
    assert course_seed(tmp_path) == seed
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [FILE]
    (tmp_path / "other").mkdir()
    assert course_seed(tmp_path / "other") != seed


def test_all_who_ask_at_once_get_the_same_seed(tmp_path):
    for attempt in range(50):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(course_seed, [folder] * 8))) == 1


def test_a_seed_that_is_none_is_named(tmp_path):
    (tmp_path / FILE).write_text("abc")
    with pytest.raises(SeedError, match="does not hold a seed"):
        course_seed(tmp_path)
