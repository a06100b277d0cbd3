import os
import time

import pytest

from grader.isolation.limits import Limits
from grader.isolation.process import (
    ProcessEnded,
    UnusableFiles,
    WorkerProcess,
    _DeadlineReader,
    _DeadlineWriter,
    bytes_as_array,
)


def run_request(text):
    code = {"run": bytes_as_array(text), "file": "f.py", "seconds": None, "is_cell": False, "lazy": False}
    return {"code": [code]}


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    with open(reading, "rb") as source, open(writing, "wb", buffering=0) as sink:
        yield source, sink


def test_a_reader_waits_for_all_bytes_or_the_end(pipe):
    source, sink = pipe
    sink.write(b"abcd")
    sink.close()
    reader = _DeadlineReader(source)
    reader.deadline = time.monotonic() + 5
    assert reader.read(3) == b"abc"
    assert reader.read(3) == b"d"


def test_a_reader_stops_at_its_deadline_although_bytes_came(pipe):
    source, sink = pipe
    sink.write(b"ab")
    reader = _DeadlineReader(source)
    reader.deadline = time.monotonic() + 0.05
    with pytest.raises(TimeoutError):
        reader.read(3)


def test_a_writer_waits_for_nobody_who_does_not_read(pipe):
    source, sink = pipe
    writer = _DeadlineWriter(sink)
    writer.deadline = time.monotonic() + 0.05
    with pytest.raises(TimeoutError):
        writer.write(bytes(10**6))


@pytest.mark.parametrize("is_isolated", [True, False])
def test_a_process_answers_until_it_is_stopped(is_isolated):
    process = WorkerProcess("function_worker", Limits(), is_isolated=is_isolated, files={"a/b.txt": b"x"})
    with pytest.raises(ProcessEnded):
        process.send(run_request(b"import os\n"), 5)
    process.start()
    process.send(run_request(b"import os\n"), 5)
    assert process.receive(20)["failure"] is None
    assert process.receive(20)["defined"] == ["os"]
    process.stop()
    assert not process.is_running


def test_a_process_that_does_not_reply_in_time_is_gone():
    process = WorkerProcess("function_worker", Limits())
    process.start()
    process.send(run_request(b"while True: pass"), 5)
    with pytest.raises(TimeoutError):
        process.receive(0.3)
    assert not process.is_running


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"a": b"", "a/b": b""}, "can't be laid out in a sandbox: a/b: "),
        ({"x" * 300: b""}, "File name too long"),
        ({f"{number}": bytes(2**20) for number in range(65)}, "are too large, or too many"),
    ],
)
def test_files_that_cannot_be_laid_out_are_no_fault_of_the_sandbox(files, problem):
    process = WorkerProcess("function_worker", Limits(), files=files)
    with pytest.raises(UnusableFiles, match=problem):
        process.start()
    assert not process.is_running
