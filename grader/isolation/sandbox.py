"""Sandboxes for submissions: fork servers in bubblewrap, and the processes that they fork.

A fork server is a process in a bubblewrap sandbox (`grader.isolation.bubblewrap`) that has imported what its
worker needs; it never sees a submission. Each submission gets a fork of it, with namespaces and a folder of
its own (`inside.namespaces`). The fork gives up all rights (`inside.confine`) before it sees a learner's
code. A server has one such child at a time, so submissions never meet.
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
"""How long a fork server waits for its next submission before it is stopped."""

ADVICE = """\
Student code runs in a sandbox, which needs bubblewrap 0.5 or later, libseccomp, Linux 5.14 or later, and user
namespaces:
  Debian, Ubuntu   apt-get install bubblewrap libseccomp2
  Fedora           dnf install bubblewrap libseccomp
  Ubuntu 24.04     also apt-get install apparmor-profiles, then
                   ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/
                   and systemctl reload apparmor: else only the administrator's programs have user namespaces
  in a container   docker run --security-opt seccomp=container/seccomp.json --security-opt apparmor=unconfined
  macOS, Windows   grade in a container, or in WSL 2
The course's docs/places.md says more, also of Kubernetes and JupyterHub.
"""

RISK = (
    "Nothing is run without one. If you trust everybody whose code this is as you trust yourself, "
    "--no-isolation runs it without a sandbox: it can then read and change all that you can."
)


Cells = Sequence[tuple[str, str]]
"""Cells of a notebook, each as its text and its name."""


class SandboxError(Exception):
    """No sandbox can be set up here. The message says what is missing and how to get it."""


class SlowStart(SandboxError):
    """A sandbox did not start in time, which may be the doing of other programs."""


class ForkServer:
    """A fork server in a bubblewrap sandbox, for one worker module and one set of packages.

    `module` names a module of `grader.isolation.inside`. Raises `SandboxError` if it can't be set up.
    """

    def __init__(self, module: str, distributions: Sequence[str], prepared: Cells = ()):
        self.kind = (module, tuple(distributions), tuple(prepared))
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the server
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(bubblewrap.START_SECONDS)
        with bubblewrap.Handshake() as handshake, theirs:
            self._bwrap = subprocess.Popen(
                [*bubblewrap.command(distributions), *handshake.options, "--", *_fork_server_command(module)],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                pass_fds=handshake.inherited,
                start_new_session=True,
                cwd="/",
                env={},
            )
            self._init = handshake.complete()
        if self._init is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._bwrap.wait(1.0)
            has_ended = self._bwrap.poll() is not None
            reason = self.stderr_text() or "it says nothing"
            self.stop()
            kind = SandboxError if has_ended else SlowStart
            raise kind(f"bubblewrap can't set up a sandbox here: {reason}.\n\n{ADVICE}")

    def prepare(self, cells: Cells) -> None:
        """Let the module prepare cells for all forks. Raises `OSError` if the server has ended."""
        with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
            json.dump(cells, file)
            file.seek(0)
            socket.send_fds(self._control, [b'{"prepare": true}'], [file.fileno()])

    def stderr_text(self) -> str:
        """The end of what bubblewrap, and Python before it was confined, wrote to standard error."""
        self._stderr.seek(0)
        return self._stderr.read()[-2000:].decode(errors="replace").strip()

    def fork(self, limits: Limits) -> Sandbox:
        """Fork a process for a submission. Raises `OSError` if that fails."""
        self._control.send(json.dumps({"folder": limits.folder, "files": limits.files}).encode())
        answer, descriptors, *_ = socket.recv_fds(self._control, len(READY), 3)
        if answer != READY:
            raise OSError("the fork server could not fork")
        return Sandbox(self, *descriptors)

    def stop(self) -> None:
        """End the server and everything that it has forked; nothing is left when this returns."""
        self._control.close()  # the server ends by itself, if it can
        if self._init is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._init, signal.SIGKILL)
            os.close(self._init)
        try:
            self._bwrap.wait(bubblewrap.START_SECONDS)  # it ends when it has reaped the others
        except subprocess.TimeoutExpired:
            self._bwrap.kill()
            self._bwrap.wait()
        self._stderr.close()


class Sandbox:
    """The process of one submission; `stdin` and `stdout` lead to its worker module."""

    def __init__(self, server: ForkServer, process: int, stdin: int, stdout: int):
        self._server = server
        self._process: int | None = process
        self._lock = threading.Lock()
        self.stdin, self.stdout = os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb")

    def stderr_text(self) -> str:
        """The end of what Python wrote to standard error before it was confined."""
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
        for end in (self.stdout, self.stdin):
            with contextlib.suppress(OSError):  # the pipe may be broken; nothing is left to send
                end.close()
        if has_ended:
            _pool.release(self._server)
        else:
            self._server.stop()


class _ServerPool:
    """The idle fork servers: those without a submission."""

    def __init__(self):
        self._lock = threading.Lock()
        self._servers: dict[ForkServer, threading.Timer] = {}

    def acquire(self, module: str, distributions: Sequence[str], prepared: Cells) -> ForkServer | None:
        """Remove and return an idle server for this module, these packages and these cells, or None."""
        with self._lock:
            kind = (module, tuple(distributions), tuple(prepared))
            found = next((server for server in self._servers if server.kind == kind), None)
            if found is not None:
                self._servers.pop(found).cancel()
            return found

    def release(self, server: ForkServer) -> None:
        """Keep a server for the next submission, for `IDLE_SECONDS` from now."""
        timer = threading.Timer(IDLE_SECONDS, self._stop, [server])
        timer.daemon = True
        with self._lock:
            self._servers[server] = timer
        timer.start()

    def stop(self, distributions: Sequence[str] | None = None) -> None:
        """Stop all idle servers, or those with these packages."""
        for server in list(self._servers):
            if distributions is None or server.kind[1] == tuple(distributions):
                self._stop(server)

    def forget(self) -> None:
        """Leave the servers alone: in a fork of this process they are its parent's."""
        self._lock, self._servers = threading.Lock(), {}

    def _stop(self, server: ForkServer) -> None:
        with self._lock:
            timer = self._servers.pop(server, None)
        if timer is not None:
            timer.cancel()
            server.stop()


_pool = _ServerPool()
stop_idle_servers = atexit.register(_pool.stop)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.forget)


def start(
    module: str,
    limits: Limits,
    distributions: Sequence[str] = packages.WITHOUT_TENSORFLOW,
    prepared: Cells = (),
) -> Sandbox:
    """Start a sandbox for one submission, with a worker module and the packages that it can import.

    The module has `prepared` some cells of the lesson's own, before there is a submission. An idle fork
    server is used again. Raises `SandboxError`.
    """
    check_available()
    if server := _pool.acquire(module, distributions, prepared):
        try:
            return server.fork(limits)
        except OSError:  # it has ended, for any reason: try a new one
            server.stop()
    server = ForkServer(module, distributions, prepared)
    try:
        if prepared:
            server.prepare(prepared)
        return server.fork(limits)
    except OSError as error:
        reason = server.stderr_text() or str(error)
        server.stop()
        raise start_error(reason, error) from error


def start_error(reason: str, error: Exception) -> SandboxError:
    """The error for a Python that ends in the sandbox, or is late, before it sees a submission."""
    kind = SlowStart if isinstance(error, TimeoutError) else SandboxError
    return kind(
        f"Python can't start where submissions run: {reason}\n\n{ADVICE}"
        "Everybody must be able to read the course's folder and the Python environment."
    )


def _fork_server_command(module: str) -> list[str]:
    # -P, -s: no file of a submission shadows a module; -B: there is no place to write bytecode.
    return [bubblewrap.interpreter(), "-B", "-P", "-s", "-m", "grader.isolation.inside.forkserver", module]


def check_available() -> None:
    """Raise `SandboxError` if Linux, bubblewrap or libseccomp is missing."""
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
