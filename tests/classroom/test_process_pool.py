"""Orders are answered by processes that are limited, replaced and gone at the end."""

import os
import signal
import time
from collections import deque

import pytest

from grader.classroom.process_pool import Ended, OrderLimits, ProcessPool
from grader.isolation.limits import MIB

LIMITS = OrderLimits(seconds=30, cpu_seconds=30, memory=256 * MIB)


def obey(order, begin):
    """Carry out a small program; its answer is what it assigns to `answer`."""
    begin()
    found = {}
    exec(order, {"os": os, "signal": signal, "time": time}, found)
    return str(found.get("answer", "")).encode()


def answers(orders, count=1, limits=LIMITS):
    with ProcessPool(obey, count, limits) as pool:
        return dict(pool.answers(deque(orders)))


def is_alive(process):
    try:
        os.kill(process, 0)
        return True
    except ProcessLookupError:
        return False


def test_every_order_is_answered_in_a_process_of_the_pool():
    orders = [f"answer = os.getpid(), {number}" for number in range(20)]
    with ProcessPool(obey, 2, LIMITS) as pool:
        found = [eval(answer) for _, answer in pool.answers(deque(orders))]
        assert sorted(number for _, number in found) == list(range(20))
        processes = {process for process, _ in found}
        assert len(processes) <= 2 and os.getpid() not in processes
    assert not any(map(is_alive, processes))


def test_the_first_that_is_ready_comes_first():
    orders = deque(["time.sleep(1); answer = 'slow'", "answer = 'fast'"])
    with ProcessPool(obey, 2, LIMITS) as pool:
        assert [answer for _, answer in pool.answers(orders)] == [b"fast", b"slow"]


def test_orders_may_come_while_others_are_answered():
    orders, seen = deque(["answer = 1"]), []
    with ProcessPool(obey, 1, LIMITS) as pool:
        for _, answer in pool.answers(orders):
            seen.append(answer)
            if len(seen) < 3:
                orders.append(f"answer = {len(seen) + 1}")
    assert seen == [b"1", b"2", b"3"]


def test_a_process_need_not_wait_while_an_answer_is_dealt_with():
    orders = deque(f"answer = {number}, time.monotonic()" for number in range(4))
    with ProcessPool(obey, 1, LIMITS) as pool:
        found = pool.answers(orders)
        next(found)
        time.sleep(0.5)
        woken = time.monotonic()
        times = [eval(answer)[1] for _, answer in found]
    assert times == sorted(times) and times[1] < woken < times[2]


def test_what_a_process_that_ends_had_still_to_do_is_done_by_others():
    orders = ["os._exit(3)", *(f"answer = {number}" for number in range(6))]
    found = answers(orders, count=2)
    assert isinstance(found.pop("os._exit(3)"), Ended)
    assert sorted(found.values()) == [str(number).encode() for number in range(6)]


@pytest.mark.parametrize(
    ("order", "reason", "is_the_machines"),
    [
        ("time.sleep(60)", "It took more than 1 s to grade and was stopped.", False),
        ("while True: pass", "It took more than 1 s of processor time to read", False),
        ("os._exit(3)", "The process that looked at it came to an end (exit code 3).", False),
        ("os.kill(os.getpid(), signal.SIGKILL)", "came to an end (SIGKILL)", True),
        ("os.kill(os.getpid(), signal.SIGINT)\nanswer = 'here'", None, None),
        ("raise SystemExit", "(exit code 0)", False),
    ],
)
def test_a_process_that_ends_is_replaced(order, reason, is_the_machines):
    seconds = 1 if "sleep" in order else 30
    found = answers([order, "answer = 'next'"], limits=OrderLimits(seconds, 1, 256 * MIB))
    assert found["answer = 'next'"] == b"next"
    if reason is None:  # an interrupt is the grader's business
        assert found[order] == b"here"
        return
    assert isinstance(found[order], Ended) and reason in found[order].reason
    assert found[order].may_be_the_machines is is_the_machines


def test_memory_is_limited():
    order = "try:\n    answer = len(bytearray(2**29))\nexcept MemoryError:\n    answer = 'too much'"
    assert answers([order]) == {order: b"too much"}


def test_time_counts_from_when_an_order_has_what_it_waits_for():
    def wait_and_begin(order, begin):
        time.sleep(1.5)
        begin()
        return b"done"

    with ProcessPool(wait_and_begin, 1, OrderLimits(1, 30, 256 * MIB)) as pool:
        assert [answer for _, answer in pool.answers(deque(["x"]))] == [b"done"]


def test_the_longest_order_is_named_twice_a_second():
    seen = []
    with ProcessPool(obey, 2, LIMITS) as pool:
        list(pool.answers(deque(["time.sleep(2)", "answer = 1"]), lambda *longest: seen.append(longest)))
    assert len(seen) >= 3
    assert seen[-1][0] == "time.sleep(2)" and seen[-1][1] > 1


def test_a_process_that_is_busy_ends_with_the_block():
    with pytest.raises(KeyboardInterrupt), ProcessPool(obey, 2, LIMITS) as pool:
        for _, answer in pool.answers(deque(["answer = os.getpid()", "time.sleep(60)"])):
            begin, process = time.monotonic(), int(answer)
            raise KeyboardInterrupt
    assert time.monotonic() - begin < 4
    assert not is_alive(process)


def test_the_processes_end_with_their_parent():
    reading, writing = os.pipe()
    parent = os.fork()
    if parent == 0:
        with ProcessPool(obey, 1, LIMITS) as pool:
            orders = deque(["answer = os.getpid()"])
            for _, answer in pool.answers(orders):
                os.write(writing, answer)
                if len(orders) == 0 and answer:
                    orders.append("time.sleep(60)")
        os._exit(0)
    process = int(os.read(reading, 100))
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    until = time.monotonic() + 5
    while is_alive(process) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(process)
