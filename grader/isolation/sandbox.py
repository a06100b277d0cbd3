"""Sandboxes for submissions: fork servers in bubblewrap, and the processes that they fork.

A fork server is a process that has imported what lessons need, in a sandbox as `grader.isolation.bubblewrap`
makes it, and never sees a submission. Each submission gets a fork of it, with namespaces and a folder of its
own (`inside.namespaces`), which gives up all rights (`inside.confine`) before it sees a learner's first line.
A server has one such child at a time, so submissions never meet.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from functools import cache

from grader.isolation import bubblewrap, packages, seccomp
from grader.isolation.inside.forkserver import READY
from grader.isolation.limits import Limits

IDLE_SECONDS = 60.0
"""So long a fork server waits for its next submission."""

ADVICE = """\
Student code runs in a sandbox, which needs bubblewrap 0.5 or later, libseccomp, Linux 5.14 or later, and user
namespaces:
  Debian, Ubuntu   apt-get install bubblewrap libseccomp2
  Fedora           dnf install bubblewrap libseccomp
  Ubuntu 24.04     also apt-get install apparmor-profiles, then
                   ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/
                   and systemctl reload apparmor: else only the administrator's programs have user namespaces
  in a container   docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined ...
  macOS, Windows   grade in a Linux virtual machine
"""


RISK = (
    "Nothing was run. If you trust everybody whose code this is as you trust yourself, --no-isolation runs "
    "it without a sandbox: it can then read and change all that you can."
)


class SandboxError(Exception):
    """There can be no sandbox here. The message says what is missing and how to get it."""


class ForkServer:
    """A fork server for one of the modules that serve submissions, with the packages named.

    Raises `SandboxError` if it can't be set up.
    """

    def __init__(self, module: str, distributions: Sequence[str]):
        self.kind = (module, tuple(distributions))
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the server
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(bubblewrap.START_SECONDS)
        with bubblewrap.Handshake() as handshake, theirs:
            self._bwrap = subprocess.Popen(
                [*bubblewrap.command(distributions), *handshake.options, "--", *_python(module)],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                pass_fds=handshake.inherited,
                start_new_session=True,
                cwd="/",
                env={},
            )
            self._init = handshake.complete()
        if self._init is None:
            why = self.stderr_text()
            self.stop()
            raise SandboxError(
                f"bubblewrap can't set up a sandbox here: {why or 'it says nothing'}.\n\n{ADVICE}"
            )

    def stderr_text(self) -> str:
        """What bubblewrap, or Python before it was confined, had to say about its end."""
        self._said.seek(0)
        return self._said.read()[-2000:].decode(errors="replace").strip()

    def fork(self, limits: Limits) -> Sandbox:
        """Fork a process for a submission. Raises `OSError` if that fails."""
        (requests, stdin), (stdout, replies) = os.pipe(), os.pipe()
        try:
            order = json.dumps({"folder": limits.folder}).encode()
            socket.send_fds(self._control, [order], [requests, replies])
            said, descriptors, *_ = socket.recv_fds(self._control, len(READY), 1)
            if said != READY:
                raise OSError("the fork server could not fork")
        except OSError:
            os.close(stdin)
            os.close(stdout)
            raise
        finally:
            os.close(requests)
            os.close(replies)
        return Sandbox(self, descriptors[0], stdin, stdout)

    def stop(self) -> None:
        """End the server and whatever it has forked; nothing is left when this returns."""
        self._control.close()  # it ends by itself, if it can
        if self._init is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._init, signal.SIGKILL)
            os.close(self._init)
        try:
            self._bwrap.wait(bubblewrap.START_SECONDS)  # it ends when it has buried the others
        except subprocess.TimeoutExpired:
            self._bwrap.kill()
            self._bwrap.wait()
        self._said.close()


class Sandbox:
    """The process of one submission: `stdin` and `stdout` lead to the module that serves it."""

    def __init__(self, server: ForkServer, process: int, stdin: int, stdout: int):
        self._server = server
        self._process: int | None = process
        self._lock = threading.Lock()
        self.stdin, self.stdout = os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb")

    def stderr_text(self) -> str:
        """What Python had to say about its end, before it was confined."""
        return self._server.stderr_text()

    def kill(self) -> None:
        """End the process and its threads. May be called from another thread."""
        with self._lock, contextlib.suppress(ProcessLookupError):
            if self._process is not None:
                signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def stop(self) -> None:
        """End the process; nothing of it is left when this returns."""
        self.kill()
        has_ended = bool(select.select([self._process], [], [], bubblewrap.START_SECONDS)[0])
        with self._lock:
            os.close(self._process)
            self._process = None
        for pipe in (self.stdout, self.stdin):
            with contextlib.suppress(OSError):  # nothing is left to send
                pipe.close()
        if has_ended:
            _pool.release(self._server)
        else:
            self._server.stop()


class _ServerPool:
    """The fork servers without a submission."""

    def __init__(self):
        self._lock = threading.Lock()
        self._servers: list[ForkServer] = []

    def acquire(self, module: str, distributions: Sequence[str]) -> ForkServer | None:
        """A server of this kind, if there is one."""
        with self._lock:
            found = next(
                (server for server in self._servers if server.kind == (module, tuple(distributions))), None
            )
            if found is not None:
                self._servers.remove(found)
            return found

    def release(self, server: ForkServer) -> None:
        """Keep a server for the next submission, for a while."""
        with self._lock:
            self._servers.append(server)
        timer = threading.Timer(IDLE_SECONDS, self._stop, [server])
        timer.daemon = True
        timer.start()

    def stop(self) -> None:
        """Stop them all."""
        for server in list(self._servers):
            self._stop(server)

    def _stop(self, server: ForkServer) -> None:
        with self._lock:
            if server not in self._servers:
                return
            self._servers.remove(server)
        server.stop()


_pool = _ServerPool()
stop_idle_servers = atexit.register(_pool.stop)


def start(module: str, limits: Limits, distributions: Sequence[str] = packages.WITHOUT_TENSORFLOW) -> Sandbox:
    """Start a process for a submission, served by one of the modules that enter, beside the packages named.

    A fork server that has no submission is used again. Raises `SandboxError`.
    """
    check_available()
    if server := _pool.acquire(module, distributions):
        try:
            return server.fork(limits)
        except OSError:  # it has ended, for whatever reason: another one may do better
            server.stop()
    server = ForkServer(module, distributions)
    try:
        return server.fork(limits)
    except OSError as error:
        why = server.stderr_text()
        server.stop()
        raise start_error(why or str(error)) from error


def start_error(why: str) -> SandboxError:
    """Python did not get so far as to see a submission."""
    return SandboxError(
        f"Python can't start where submissions run: {why}\n\n{ADVICE}"
        "Everybody must be able to read the course's folder and the Python environment."
    )


def _python(module: str) -> list[str]:
    # -P, -s: nothing that a submission writes stands in for a module; -B: there is nowhere to keep bytecode.
    return [bubblewrap.interpreter(), "-B", "-P", "-s", "-m", "grader.isolation.inside.forkserver", module]


def check_available() -> None:
    """Raise `SandboxError` unless all that a sandbox is made of is there."""
    missing = _missing()
    if missing:
        raise SandboxError(f"{missing}\n\n{ADVICE}")


@cache
def _missing() -> str:
    if not sys.platform.startswith("linux"):
        return "Sandboxes need Linux."
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed: there is no program `bwrap`."
    try:
        seccomp.program()
    except (ImportError, RuntimeError, OSError) as error:
        return f"The filter for system calls can't be made: {error}."
    return ""
