"""The process in a sandbox that has imported what lessons need, and forks for each submission.

    python -m grader.isolation.inside.forkserver MODULE

It runs nothing of a submission itself. What it forks has namespaces of its own and serves with
`grader.isolation.inside.MODULE`. An order comes over the socket at standard input, as JSON, with the ends of
two pipes for the child's messages; a descriptor of the child goes back. It ends with whoever holds the other
end.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import socket
import sys
import traceback
from types import ModuleType

from grader.isolation.inside import namespaces

READY, FAILED = b"ready", b"failed"


def main() -> None:
    """Serve until nobody is left to serve."""
    module = importlib.import_module(f"grader.isolation.inside.{sys.argv[1]}")
    module.preload()
    gc.collect()
    gc.freeze()  # what is here stays, in memory that the children share
    with socket.socket(fileno=os.dup(0)) as control:
        while True:
            order, descriptors, *_ = socket.recv_fds(control, 1000, 2)
            if not order:
                return
            _fork(module, control, json.loads(order)["folder"], descriptors)


def _fork(module: ModuleType, control: socket.socket, folder: int, descriptors: list[int]) -> None:
    """Fork, and fork again: the first child leaves the namespaces, the second is born outside of them."""
    between = os.fork()
    if between == 0:
        with _exit_after():
            namespaces.unshare()
            child = os.fork()
            if child == 0:
                _run_worker(module, folder, descriptors)
            else:
                socket.send_fds(control, [READY], [os.pidfd_open(child)])
    for descriptor in descriptors:
        os.close(descriptor)
    _, status = os.waitpid(between, 0)
    if status != 0:
        control.send(FAILED)


def _run_worker(module: ModuleType, folder: int, descriptors: list[int]) -> None:
    """Be the process of a submission. The other descriptors are closed with the first message."""
    os.setsid()  # a signal to its process group must not reach the server
    namespaces.mount_folder(folder)
    for standard, descriptor in enumerate(descriptors):
        os.dup2(descriptor, standard)
    module.main()


@contextlib.contextmanager
def _exit_after():
    """The block is the last thing that a process does."""
    try:
        yield
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a child must never get back to where its parent serves
        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    main()
