"""A worker process without a sandbox, for `--no-isolation`: the code may do whatever the caller may."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile

from grader.isolation.limits import ONE_BLAS_THREAD
from grader.learner.library_code import ROOT


class UnconfinedProcess:
    """A worker in a temporary folder and a session of its own, with all rights of the caller.

    `stdin` and `stdout` lead to `grader.isolation.inside.<module>`.
    """

    def __init__(self, module: str):
        self._folder = tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            # -P: a file of the learner's called json.py, say, must not shadow Python's own.
            [sys.executable, "-P", "-m", f"grader.isolation.inside.{module}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=_environment(),
            start_new_session=True,
        )
        self.stdin, self.stdout = self._process.stdin, self._process.stdout

    def kill(self) -> None:
        """End the process and its children."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End the process and its children, close the pipes and remove the folder."""
        self.kill()
        self._process.wait()
        self.stdout.close()
        with contextlib.suppress(OSError):  # the pipe may be broken; nothing is left to send
            self.stdin.close()
        self._folder.cleanup()

    def stderr_text(self) -> str:
        """Empty: standard error is discarded."""
        return ""


def _environment() -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, **ONE_BLAS_THREAD, "PYTHONPATH": path}
