import os
import threading

import pytest

from grader.classroom.file_access import draft_of, whole_file, write_whole


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    file = tmp_path / "marks.csv"
    write_whole(file, b"old")
    with pytest.raises(ValueError, match="half way"), whole_file(file) as opened:
        opened.write(b"ne")
        raise ValueError("half way")
    assert file.read_bytes() == b"old" and not draft_of(file).exists()
    write_whole(file, b"new")
    assert file.read_bytes() == b"new" and not draft_of(file).exists()


def test_a_link_stays_a_link(tmp_path):
    file, link = tmp_path / "marks.csv", tmp_path / "latest.csv"
    link.symlink_to(file.name)
    write_whole(link, b"marks")
    assert link.is_symlink() and file.read_bytes() == b"marks"


def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, b"marks")
    reader.join(10)
    assert read == [b"marks"] and pipe.is_fifo()


def test_a_folder_can_not_be_written(tmp_path):
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, b"marks")
