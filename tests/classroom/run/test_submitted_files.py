"""Data files are read, up to a limit; links and other things that are no files are refused."""

import os
import re

import pytest

from grader.classroom.errors import BadSubmission
from grader.classroom.run.submitted_files import (
    DEPTH_LIMIT,
    FILES_LIMIT,
    entries,
    read_data_files,
    read_notebook_file,
)
from grader.isolation.limits import MIB


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "submitted"
    (made / "data").mkdir(parents=True)
    for name in ("a.txt", "data/b.txt", "old.pyc", "other.ipynb"):
        (made / name).write_text(name)
    return made


def test_files_are_read_but_no_notebooks_and_nothing_ignored(folder):
    assert read_data_files([folder], ["*.pyc"], MIB) == {"a.txt": b"a.txt", "data/b.txt": b"data/b.txt"}
    assert read_data_files([folder], ["*.pyc", "data"], MIB).keys() == {"a.txt"}


def test_a_later_folder_takes_precedence(folder, tmp_path):
    (tmp_path / "lesson").mkdir()
    (tmp_path / "lesson" / "a.txt").write_text("the lesson's")
    assert read_data_files([folder, tmp_path / "lesson"], ["*.pyc"], MIB)["a.txt"] == b"the lesson's"


def test_a_folder_that_is_not_there_has_no_files(tmp_path):
    assert read_data_files([tmp_path / "none"], [], MIB) == {}


@pytest.mark.parametrize("name", ["link.txt", "link.ipynb", "link.pyc", "data/link"])
def test_a_link_is_refused(folder, name):
    (folder / name).symlink_to("/etc/hostname" if "." in name else "/etc")
    with pytest.raises(BadSubmission, match=f"{re.escape(name)} is a link or no file"):
        read_data_files([folder], ["*.pyc"], MIB)


def test_a_link_in_the_place_of_the_folder_is_refused(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(BadSubmission, match="link is a link. Put a folder there"):
        read_data_files([tmp_path / "link"], [], MIB)


def test_a_pipe_is_refused(folder):
    os.mkfifo(folder / "pipe")
    with pytest.raises(BadSubmission, match="pipe is a link or no file"):
        read_data_files([folder], [], MIB)


def test_the_limit_is_for_each_folder(folder, tmp_path):
    (tmp_path / "lesson").mkdir()
    for one in (folder, tmp_path / "lesson"):
        (one / "big.bin").write_bytes(bytes(MIB - 100))
    assert len(read_data_files([folder, tmp_path / "lesson"], ["*.pyc"], MIB)) == 3
    (folder / "more.bin").write_bytes(bytes(200))
    with pytest.raises(BadSubmission, match=f"more than 1 MiB of files here: {re.escape(str(folder))}"):
        read_data_files([folder], ["*.pyc"], MIB)


def test_very_many_files_are_refused(folder):
    for number in range(FILES_LIMIT):
        (folder / "data" / f"{number}.pyc").touch()
    with pytest.raises(BadSubmission, match="more than 1000 files here"):
        read_data_files([folder], ["*.pyc"], MIB)


def test_of_an_enormous_sparse_file_no_more_is_read_than_may_be_there(folder):
    with open(folder / "hole", "wb") as file:
        file.truncate(2**40)
    with pytest.raises(BadSubmission, match="more than 1 MiB of files here"):
        read_data_files([folder], [], MIB)


def test_a_pipe_in_the_place_of_the_notebook_is_refused(folder):
    os.mkfifo(folder / "lesson.ipynb")
    with pytest.raises(BadSubmission, match=r"lesson\.ipynb is a link or no file"):
        read_notebook_file(folder / "lesson.ipynb")


@pytest.mark.parametrize(("others", "named"), [([], "nothing"), (["b.ipynb", "a\x1b[2J"], "a, b.ipynb")])
def test_a_missing_notebook_is_missed_by_its_name(tmp_path, others, named):
    for name in others:
        (tmp_path / name).touch()
    with pytest.raises(BadSubmission) as error:
        read_notebook_file(tmp_path / "lesson.ipynb")
    assert str(error.value) == (
        f"There is no lesson.ipynb in the submission, but {named}. Rename or add the notebook."
    )


def test_folders_deep_within_each_other_are_refused(folder):
    deep = folder.joinpath(*["deep"] * (DEPTH_LIMIT - 1))
    deep.mkdir(parents=True)
    (deep / "x").write_text("x")
    assert len(read_data_files([folder], ["*.pyc"], MIB)) == 3
    (deep / "deep").mkdir()
    (deep / "deep" / "x").write_text("x")
    with pytest.raises(BadSubmission, match="deep holds files in more than 20 folders"):
        read_data_files([folder], ["*.pyc"], MIB)


def test_no_depth_of_folders_is_too_deep_to_walk_through(folder):
    deepest = list(entries(folder))
    os.makedirs(folder.joinpath(*["d"] * 400))
    assert len(list(entries(folder))) == len(deepest) + DEPTH_LIMIT + 1
