"""A fork server: a process in a sandbox that imports what its worker needs and forks for each submission.

    python -m grader.isolation.inside.forkserver MODULE

The server runs no code of a submission. Its forks enter namespaces of their own and run the worker
`grader.isolation.inside.MODULE`. Orders arrive as JSON over the socket at standard input. One may come before
all others, with a file of cells that the lesson itself has, which the module prepares. To each of the others
the server answers with a pidfd of the worker and the ends of two pipes, to write requests to and to read
replies from. It ends when the other end of the socket is closed, and with it, since it is the first process
of its pid namespace, all that it has forked: so nothing outlives a grader that is killed.
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
from grader.isolation.inside.confine import lift_soft_limits
from grader.isolation.inside.pipes import pipe

READY, FAILED = b"ready", b"failed"


def main() -> None:
    """Serve until the socket is closed."""
    lift_soft_limits()
    module = importlib.import_module(f"grader.isolation.inside.{sys.argv[1]}")
    module.preload()
    _freeze()
    with socket.socket(fileno=os.dup(0)) as control:
        while True:
            text, descriptors, *_ = socket.recv_fds(control, 1000, 1)
            if not text:
                return
            order = json.loads(text)
            if "prepare" in order:
                with open(descriptors[0], encoding="utf-8") as cells:
                    module.prepare(json.load(cells))
                _freeze()
            else:
                _fork(module, control, **order)


def _freeze() -> None:
    """Let the collector leave all objects alone, so that the children keep sharing their memory."""
    gc.collect()
    gc.freeze()


def _fork(module: ModuleType, control: socket.socket, folder: int, files: int) -> None:
    """Fork twice: the first child enters new namespaces, its own child is pid 1 of the pid namespace."""
    _reap()
    between = os.fork()
    if between == 0:
        with _exit_after():
            namespaces.unshare()
            namespaces.mount_folder(folder, files)
            (requests, to_worker), (from_worker, replies) = pipe(), pipe()
            child = os.fork()
            if child == 0:
                _run_worker(module, requests, replies)
            else:
                socket.send_fds(control, [READY], [os.pidfd_open(child), to_worker, from_worker])
    _, status = os.waitpid(between, 0)
    if status != 0:
        control.send(FAILED)


def _reap() -> None:
    """Wait for the workers that have ended: as the first process, the server inherits them."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _run_worker(module: ModuleType, requests: int, replies: int) -> None:
    """Run the worker in this process. Its `Channel` closes all other descriptors."""
    os.setsid()  # a signal to its process group must not reach the server
    os.dup2(requests, 0)
    os.dup2(replies, 1)
    module.main()


@contextlib.contextmanager
def _exit_after():
    """End the process after the block, with status 0 or, after an exception, 1."""
    try:
        yield
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a child must never return to the server's loop
        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    main()
