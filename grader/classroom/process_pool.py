"""Processes that each look at one submission at a time: what a submission does to one costs no other.

Whatever parses what strangers have written, or renders it, runs in such a process. Time and memory are
limited, and what comes back is bytes.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import signal
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Generic, TypeVar

from grader.isolation import sandbox
from grader.isolation.cgroups import ControlGroup
from grader.isolation.inside.libc import end_with_parent
from grader.isolation.limits import MIB
from grader.learner.call import OutOfTime, time_limit

Order = TypeVar("Order")
Handler = Callable[[Order, Callable[[], None]], bytes]
"""Answers an order. It calls its second argument when it has all that it may have to wait for."""

ANSWER_LIMIT = 256 * MIB
"""Bytes of an answer."""
_BEGUN = b""
_TICK_SECONDS = 0.5
_STOP_SECONDS = 5.0
_RECEIVE_SECONDS = 20.0
"""How long an answer may take to come, once it has begun to."""


@dataclass(frozen=True)
class OrderLimits:
    """What one order may use: seconds by the clock, seconds of processor time, and bytes of memory.

    Memory is that of the process beyond what it begins with. Sandboxes have limits of their own.
    """

    seconds: float
    cpu_seconds: int
    memory: int


@dataclass(frozen=True)
class Ended:
    """In the place of an answer: the process had to be ended, or has ended; `reason` is a sentence.

    `may_be_the_machines` says that it was ended from outside, as Linux does where memory is short.
    """

    reason: str
    may_be_the_machines: bool = False


class ProcessPool(Generic[Order]):
    """A number of processes that answer orders, each one at a time.

    The processes are forks of this one, so they begin with what it has imported and opened, and it should
    have no other threads. One that an order has ended is replaced. They end with the `with` block, and with
    this process. `new_group` is called with each, before it has an order, and may return its control group.
    """

    def __init__(
        self,
        handle: Handler,
        count: int,
        limits: OrderLimits,
        new_group: Callable[[int], ControlGroup | None] = lambda process: None,
    ):
        self._handle, self._limits, self._new_group = handle, limits, new_group
        self._processes = [self._start() for _ in range(count)]

    def _start(self) -> _Process[Order]:
        return _Process(self._handle, self._limits, self._new_group)

    def __enter__(self) -> ProcessPool[Order]:
        return self

    def __exit__(self, *error) -> None:
        idle = [process for process in self._processes if not process.orders]
        for process in idle:
            process.dismiss()
        for process in idle:
            process.join()
        for process in self._processes:
            process.kill()

    def answers(
        self, orders: deque[Order], tick: Callable[[Order, float], None] = lambda *longest: None
    ) -> Iterator[tuple[Order, bytes | Ended]]:
        """Take orders from the left of a queue until it is empty, and yield them with their answers.

        The answers come in the order in which they are ready. Meanwhile, further orders may be put into the
        queue. `tick` is called at least twice a second with the order that takes longest, and its seconds.
        """
        while orders or any(process.orders for process in self._processes):
            for place, process in enumerate(self._processes):
                answer = process.answer() if process.orders else None
                if answer is not None:
                    order = process.orders.popleft()
                    if isinstance(answer, Ended):
                        orders.extendleft(reversed(process.orders))
                        process.kill()
                        process = self._processes[place] = self._start()
                self._supply(process, orders)
                if answer is not None:
                    yield order, answer
            busy = [process for process in self._processes if process.orders]
            if len(busy) == len(self._processes) or (busy and not orders):
                wait([process.connection for process in busy], _TICK_SECONDS)
            if busy:
                longest = min(busy, key=lambda process: process.since)
                tick(longest.orders[0], time.monotonic() - longest.since)

    def _supply(self, process: _Process[Order], orders: deque[Order]) -> None:
        """Give an idle process an order, and any process the next one, too, as long as there are enough.

        So it need not wait while its answer, or those of others, are dealt with.
        """
        if orders and not process.orders:
            process.give(orders.popleft())
        if len(orders) >= len(self._processes) and len(process.orders) < 2:
            process.give(orders.popleft())


class _Process(Generic[Order]):
    """One process of the pool; the first of its `orders` is what it has been busy with `since` then."""

    def __init__(self, handle: Handler, limits: OrderLimits, new_group: Callable[[int], ControlGroup | None]):
        self.orders: deque[Order] = deque()
        self.since = 0.0
        self._limits, self._deadline = limits, float("inf")
        context = multiprocessing.get_context("fork")
        self.connection, theirs = context.Pipe()
        arguments = (theirs, handle, limits, os.getpid())
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        with theirs, warnings.catch_warnings():
            # NumPy's library for matrices has threads that wait, and sees to itself in a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        self._group = new_group(self._process.pid)

    def give(self, order: Order) -> None:
        """Give the process an order, which it will see to after those that it has."""
        if not self.orders:
            self.since, self._deadline = time.monotonic(), float("inf")
        self.orders.append(order)
        with contextlib.suppress(OSError):  # it has ended: `answer` says so
            self.connection.send(order)

    def answer(self) -> bytes | Ended | None:
        """Return the answer to the first order; None if it is still to come."""
        while self.connection.poll():
            try:
                with time_limit(_RECEIVE_SECONDS):
                    answer = self.connection.recv_bytes(ANSWER_LIMIT)
            except (EOFError, OSError):
                return self._how_it_ended()
            except OutOfTime:
                return Ended("The process that looked at it gave half an answer.")
            if answer != _BEGUN:
                self.since, self._deadline = time.monotonic(), float("inf")
                return answer
            self._deadline = time.monotonic() + self._limits.seconds
        if time.monotonic() > self._deadline:
            return Ended(f"It took more than {self._limits.seconds:g} s to grade and was stopped.")
        return None

    def _how_it_ended(self) -> Ended:
        self._process.join(1.0)
        code = self._process.exitcode
        if code == -signal.SIGXCPU:
            most = self._limits.cpu_seconds
            return Ended(f"It took more than {most} s of processor time to read, to judge and to show.")
        reason = f"The process that looked at it came to an end ({_name_of_exit(code)})."
        return Ended(reason, may_be_the_machines=code == -signal.SIGKILL)

    def dismiss(self) -> None:
        """Let an idle process end by itself, so that it can stop its sandboxes."""
        with contextlib.suppress(OSError):
            self.connection.send(None)

    def join(self) -> None:
        """Wait until the process has ended, but not for ever."""
        self._process.join(_STOP_SECONDS)

    def kill(self) -> None:
        """End the process; with it end its sandboxes."""
        self._process.kill()
        self._process.join()
        self.connection.close()
        if self._group:
            self._group.remove()


def _name_of_exit(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit code {code}"
    return signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"


# --- In the process ---------------------------------------------------------------------------------


def _serve(connection: Connection, handle: Handler, limits: OrderLimits, parent: int) -> None:
    """Answer orders until there is none any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the grader decides what an interrupt ends
    _end_with(parent)
    _limit_memory(limits.memory)
    try:
        while (order := connection.recv()) is not None:
            _limit_cpu(limits.cpu_seconds)
            connection.send_bytes(handle(order, lambda: connection.send_bytes(_BEGUN)))
    except (EOFError, BrokenPipeError):
        pass  # the grader has ended
    finally:
        sandbox.stop_idle_servers()


def _end_with(parent: int) -> None:
    """Let Linux kill this process when its parent ends, however that ends."""
    end_with_parent()  # elsewhere it ends when it reads the next order
    if os.getppid() != parent:
        os._exit(1)


def _limit_memory(extra: int) -> None:
    """Let this process have so many bytes of memory beyond those it has."""
    with contextlib.suppress(OSError, ValueError):  # not on Linux, or limited before
        used = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_DATA, (used + extra, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _limit_cpu(seconds: int) -> None:
    """Let this process have so much processor time from now on."""
    most = int(time.process_time()) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))
