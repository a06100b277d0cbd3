"""What `test_cgroups` has done where control groups are delegated: each function in a process of its own."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

from grader.classroom.process_pool import Ended, OrderLimits, ProcessPool
from grader.isolation.cgroups import MOUNT, DelegatedGroup, GroupLimits, NoControlGroups
from grader.isolation.inside.libc import end_with_parent

MIB = 1024**2
SMALL = GroupLimits(memory=100 * MIB, tasks=20)


def divide_and_leave():
    """The group is divided, has all its limits, and is as before at the end."""
    before = own_group()
    with DelegatedGroup() as groups:
        assert own_group() == before / f"grader-{os.getpid()}"
        assert read(before / "cgroup.subtree_control") == "cpu memory pids"
        groups.create(SMALL)
        folder = before / f"grader-{os.getpid()}-1"
        limits = [read(folder / name) for name in ("memory.max", "memory.oom.group", "pids.max")]
        assert limits == [str(SMALL.memory), "1", "20"]
        swap = folder / "memory.swap.max"
        assert not swap.exists() or read(swap) == "0"
    assert own_group() == before
    assert read(before / "cgroup.subtree_control") == "" and not parts_of(before)


def run_out_of_memory():
    """Memory that runs out ends all of a group, and nothing else."""
    with DelegatedGroup() as groups:
        greedy, other = groups.create(SMALL), groups.create(SMALL)
        sleeper = start(other, sleep)
        eater = start(greedy, start_one_and_take_memory)
        eater.join(60)
        assert eater.exitcode == -signal.SIGKILL
        [folder] = own_group().parent.glob("grader-*-1")
        wait_until(lambda: read(folder / "cgroup.procs") == "")
        assert sleeper.is_alive()
        greedy.remove()
        assert not folder.exists()
    sleeper.join(10)
    assert sleeper.exitcode == -signal.SIGKILL and not parts_of(own_group())


def have_too_many_tasks():
    """A group has no more tasks than it may have, and its processes are ended with it, however many."""
    with DelegatedGroup() as groups:
        group = groups.create(SMALL)
        ours, theirs = multiprocessing.get_context("fork").Pipe()
        forker = start(group, lambda: theirs.send(start_many()))
        assert ours.poll(60) and ours.recv() == SMALL.tasks - 1
        group.remove()  # at once: all of them are there still
        assert len(parts_of(own_group().parent)) == 1
        forker.join(10)


def share_a_processor():
    """Groups share a processor equally, however many processes they have."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with DelegatedGroup() as groups:
        one, many = groups.create(SMALL), groups.create(SMALL)
        for group in (one, many, many, many, many):
            start(group, spin)
        folders = [own_group().parent / f"grader-{os.getpid()}-{number}" for number in (1, 2)]
        time.sleep(0.5)
        before = [microseconds(folder) for folder in folders]
        time.sleep(1.5)
        alone, together = (microseconds(folder) - was for folder, was in zip(folders, before, strict=True))
        assert 0.5 < alone / together < 2, (alone, together)


def have_orders_answered():
    """The pool goes on after an order that needs too much memory, and leaves no group."""
    limits = OrderLimits(60, 60, 1024 * MIB)
    orders = deque(["'first'", "len(bytearray(300 * 2**20))", "'last'"])
    with DelegatedGroup() as groups:

        def group_for(process):
            group = groups.create(SMALL)
            group.add(process)
            return group

        with ProcessPool(lambda order, begin: eval(order).encode(), 1, limits, group_for) as pool:
            first, greedy, last = (answer for _, answer in pool.answers(orders))
        assert len(parts_of(own_group().parent)) == 1
    assert (first, last) == (b"first", b"last")
    assert isinstance(greedy, Ended) and greedy.may_be_the_machines


def be_killed():
    """A grader that is killed: `go_on_after_kill` says what is left."""
    with DelegatedGroup() as groups:
        for _ in range(2):
            start(groups.create(SMALL), sleep)
        print(own_group().parent, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)


def go_on_after_kill():
    """What was in the group of a grader that was killed can divide it again, and nothing is left of that."""
    before = own_group()
    code = "from tests.isolation.in_groups import be_killed; be_killed()"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    assert own_group().parent == before and len(parts_of(before)) == 3
    with DelegatedGroup():
        assert parts_of(before) == [before / f"grader-{os.getpid()}"]
    assert own_group() == before and not parts_of(before)


def divide():
    with DelegatedGroup():
        pass


def divide_twice():
    """While a grader runs, another that it shares its group with has no groups, and is told why."""
    with DelegatedGroup():
        try:
            with DelegatedGroup():
                raise AssertionError("it was divided twice")
        except NoControlGroups as reason:
            assert "is divided by a grader that still runs" in str(reason)


# --- Helpers ----------------------------------------------------------------------------------------


def own_group():
    return MOUNT / next(
        line[4:] for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::/")
    )


def parts_of(folder):
    return sorted(folder.glob("grader-*"))


def read(path):
    return path.read_text().strip()


def microseconds(folder):
    return int(read(folder / "cpu.stat").split()[1])


def start(group, work):
    def enter_and_work():
        end_with_parent()
        group.add(os.getpid())
        work()

    process = multiprocessing.get_context("fork").Process(target=enter_and_work, daemon=True)
    process.start()
    return process


def sleep():
    time.sleep(60)


def spin():
    while True:
        pass


def start_one_and_take_memory():
    if os.fork() == 0:
        sleep()
    time.sleep(0.2)
    bytearray(3 * SMALL.memory)


def start_many():
    count = 0
    try:
        while count < 10 * SMALL.tasks:
            if os.fork() == 0:
                sleep()
            count += 1
    except BlockingIOError:
        return count
    return count


def wait_until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
