import os
import time

import pytest

from grader.isolation.limits import Limits
from grader.isolation.process import ProcessEnded, WorkerProcess, _DeadlineReader, bytes_as_array

RUN = {
    "run": bytes_as_array(b"import os\n"),
    "file": "f.py",
    "seconds": None,
    "is_cell": False,
    "lazy": False,
}


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    with open(reading, "rb") as source, open(writing, "wb", buffering=0) as sink:
        yield source, sink


def test_a_reader_waits_for_all_bytes_or_the_end(pipe):
    source, sink = pipe
    sink.write(b"abcd")
    sink.close()
    reader = _DeadlineReader(source, time.monotonic() + 5)
    assert reader.read(3) == b"abc"
    assert reader.read(3) == b"d"


def test_a_reader_stops_at_its_deadline_although_bytes_came(pipe):
    source, sink = pipe
    sink.write(b"ab")
    with pytest.raises(TimeoutError):
        _DeadlineReader(source, time.monotonic() + 0.05).read(3)


@pytest.mark.parametrize("is_isolated", [True, False])
def test_a_process_answers_until_it_is_stopped(is_isolated):
    process = WorkerProcess("function_worker", Limits(), is_isolated=is_isolated, files={"a/b.txt": b"x"})
    with pytest.raises(ProcessEnded):
        process.exchange(RUN, 5)
    process.start()
    assert process.exchange(RUN, 20)["defined"] == ["os"]
    process.stop()
    assert not process.is_running


def test_a_process_that_does_not_reply_in_time_is_gone():
    process = WorkerProcess("function_worker", Limits())
    process.start()
    endless = {**RUN, "run": bytes_as_array(b"while True: pass")}
    with pytest.raises(TimeoutError):
        process.exchange(endless, 0.3)
    assert not process.is_running
