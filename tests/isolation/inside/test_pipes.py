import asyncio
import os
import stat

from grader.isolation.inside import pipes
from grader.isolation.submission import SubmissionProcess
from tests.isolation.calls import call


def test_it_is_a_pipe_that_blocks_and_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(pipes, "SUBMISSION_FOLDER", str(tmp_path))
    reading, writing = pipes.pipe()
    try:
        assert list(tmp_path.iterdir()) == []
        assert os.get_blocking(reading) and os.get_blocking(writing)
        assert not os.get_inheritable(reading) and not os.get_inheritable(writing)
        assert os.write(writing, b"abc") == 3
        assert os.read(reading, 10) == b"abc"
    finally:
        os.close(writing)
    assert os.read(reading, 10) == b""
    os.close(reading)


def test_asyncio_wakes_itself_by_a_pair(tmp_path, monkeypatch):
    monkeypatch.setattr(pipes, "SUBMISSION_FOLDER", str(tmp_path))
    monkeypatch.setattr("socket.socketpair", pipes._one_way_pair)

    async def other_thread():
        return await asyncio.to_thread(lambda: 5)

    assert asyncio.run(other_thread()) == 5


LINES = b"""
import asyncio, os
from multiprocessing.pool import ThreadPool
async def later():
    await asyncio.sleep(0.01)
    return await asyncio.to_thread(lambda: 6)
def f():
    with ThreadPool(2) as pool:
        return [asyncio.run(later()), *pool.map(abs, [-1, -2])]
def kinds():
    return [os.fstat(number).st_mode for number in (3, 4)]
"""


def test_in_a_sandbox_threads_and_asyncio_work_and_messages_come_by_such_pipes():
    with SubmissionProcess(LINES) as process:
        assert call(process, "f", (), 20).value == [6, 1, 2]
        assert [stat.S_IMODE(mode) for mode in call(process, "kinds", (), 5).value] == [0o600] * 2
        assert process.stopped == ()
