"""A sandbox made by bubblewrap: what is in it, who is in it, and how it ends.

Inside there are the system's libraries, Python, the packages of a lesson and the few modules that call a
learner's functions, all read-only, and one folder to write in, which lies in memory. There is no network, no
home, no other process, no /sys and nothing of /proc but the name of the interpreter. See
`grader.isolation.confine` for what is given up inside.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

from grader.isolation import packages, seccomp
from grader.isolation.confine import USER
from grader.isolation.limits import Limits

FOLDER = "/submission"
_COURSE, _PACKAGES = "/course", "/packages"
_ROOT = Path(__file__).resolve().parents[2]
_ENTERS = {
    # Nothing here knows an answer: references and slips stay outside.
    "grader/__init__.py": "grader/isolation/entrance.py",
    **{
        f"grader/{name}.py": f"grader/{name}.py"
        for name in ("autodiff", "call", "calm", "origin", "plain", "lessons/functions")
    },
    **{
        f"grader/isolation/{name}.py": f"grader/isolation/{name}.py"
        for name in ("absent", "confine", "inert", "serving", "shell", "wire", "worker")
    },
    "utils": "utils",
}
_DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
# All of /proc that there is, for TensorFlow, which asks who runs it: the interpreter, without arguments.
_EXECUTABLE, _ARGUMENTS = "/proc/self/exe", "/proc/self/cmdline"
_NOBODY = 65534
_START_SECONDS = 20.0
_THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_ENVIRONMENT = {
    "HOME": FOLDER,
    "TMPDIR": FOLDER,
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "JOBLIB_MULTIPROCESSING": "0",  # else scikit-learn warns that there is no shared memory
    "PATH": "/usr/bin:/bin",
    "PYTHONPATH": f"{_COURSE}:{_PACKAGES}",
    **_THREADS,
}

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


class Sandbox:
    """One running sandbox: `stdin` and `stdout` lead to the Python module that runs inside.

    Raises `SandboxError` if it can't be set up.
    """

    def __init__(self, arguments: Sequence[str], limits: Limits, names: Sequence[str] = packages.NUMPY_ONLY):
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the sandbox
        with _Handshake() as handshake:
            self._bwrap = subprocess.Popen(
                [*_bwrap(limits, names), *handshake.options, "--", _python(), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                pass_fds=handshake.inherited,
                start_new_session=True,
                cwd="/",
                env={},
            )
            self._init: int | None = handshake.complete(self)
        self._lock = threading.Lock()
        self.stdin, self.stdout = self._bwrap.stdin, self._bwrap.stdout

    def why(self) -> str:
        """What bubblewrap, or Python before it was confined, had to say about its end."""
        self._said.seek(0)
        return self._said.read(2000).decode(errors="replace").strip()

    def kill(self) -> None:
        """End every process inside. May be called from another thread."""
        with self._lock, contextlib.suppress(ProcessLookupError):
            if self._init is not None:
                signal.pidfd_send_signal(self._init, signal.SIGKILL)

    def stop(self) -> None:
        """End every process inside; none is left when this returns."""
        self.kill()
        select.select([self._init], [], [], _START_SECONDS)  # readable once the last of them has ended
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._bwrap.wait(_START_SECONDS)  # it ends by itself when it has buried them
        self.abandon()
        with self._lock:
            os.close(self._init)
            self._init = None
        for pipe in (self.stdout, self.stdin):
            with contextlib.suppress(OSError):  # nothing is left to send
                pipe.close()

    def abandon(self) -> None:
        """End a sandbox that was never set up."""
        self._bwrap.kill()
        self._bwrap.wait()
        self._said.close()


class _Handshake:
    """What bubblewrap and whoever starts it tell each other: the first process inside, and who it may be.

    An administrator's sandbox would run as the administrator without rights, to whom the kernel applies no
    limit of processes. So it gets a second user, nobody, to become.
    """

    def __init__(self):
        self._told, self._tells = os.pipe()
        self._waits, self._lets_go = os.pipe()
        self._open = {self._told, self._tells, self._waits, self._lets_go}
        self.inherited = (self._tells, self._waits)
        self.options = ["--info-fd", str(self._tells)]
        if _is_administrator():
            self.options += ["--userns-block-fd", str(self._waits)]

    def __enter__(self) -> _Handshake:
        return self

    def __exit__(self, *error) -> None:
        for descriptor in self._open:
            os.close(descriptor)

    def complete(self, sandbox: Sandbox) -> int:
        """Returns a descriptor of the first process inside, which the others do not outlive."""
        os.close(self._tells)  # so that reading ends when bubblewrap does
        self._open.remove(self._tells)
        pid = self._first_process()
        if pid is None:
            why = sandbox.why()
            sandbox.abandon()
            raise SandboxError(
                f"bubblewrap can't set up a sandbox here: {why or 'it says nothing'}.\n\n{ADVICE}"
            )
        found = os.pidfd_open(pid)
        if _is_administrator():
            for kind in ("uid_map", "gid_map"):
                Path(f"/proc/{pid}/{kind}").write_text(f"0 0 1\n{USER} {_NOBODY} 1\n")
            os.write(self._lets_go, b"x")
        return found

    def _first_process(self) -> int | None:
        said = b""
        while b"}" not in said:
            piece = (
                os.read(self._told, 1000) if select.select([self._told], [], [], _START_SECONDS)[0] else b""
            )
            if not piece:
                return None
            said += piece
        return int(json.loads(said)["child-pid"])


def demand() -> None:
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


def start(module: str, limits: Limits, names: Sequence[str] = packages.NUMPY_ONLY) -> Sandbox:
    """Start a module that is among those that enter, beside the packages named. Raises `SandboxError`."""
    demand()
    # -P, -s: nothing that a submission writes stands in for a module; -B: there is nowhere to keep bytecode.
    return Sandbox(["-B", "-P", "-s", "-m", module], limits, names)


# --- The command ------------------------------------------------------------------------------------


def _bwrap(limits: Limits, names: Sequence[str] = packages.NUMPY_ONLY) -> list[str]:
    # util-linux's way of asking for one namespace after another is spelled out: --unshare-all would go
    # without a user or cgroup namespace where there is none.
    namespaces = [f"--unshare-{kind}" for kind in ("user", "pid", "ipc", "uts", "cgroup", "net")]
    ends = ["--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv"]
    environment = [word for name, value in _ENVIRONMENT.items() for word in ("--setenv", name, value)]
    return [
        "bwrap",
        *namespaces,
        *ends,
        *_identity(),
        *environment,
        *_mounts(limits, names),
        "--chdir",
        FOLDER,
    ]


def _identity() -> list[str]:
    if _is_administrator():  # to become nobody, with `confine`
        return ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    options = ["--uid", str(USER), "--gid", str(USER), "--cap-drop", "ALL"]
    return [*options, "--disable-userns"] if _knows("--disable-userns") else options


def _mounts(limits: Limits, names: Sequence[str]) -> list[str]:
    hidden = _site_packages()
    shown = [*_system(), *_python_folders(), *_course(), *_packages(packages.places(tuple(names)))]
    options = [*_parents([*(target for _, target in shown), FOLDER, _EXECUTABLE, *_DEVICES])]
    for source, target in shown:
        options += ["--ro-bind", source, target]
    for device in _DEVICES:
        options += ["--dev-bind", device, device]
    options += ["--dev-bind", "/dev/null", _ARGUMENTS]
    for folder in hidden:
        options += ["--tmpfs", folder, "--remount-ro", folder]
    if not _python().startswith("/tmp/"):
        options += ["--symlink", FOLDER, "/tmp"]
    options += [*_links(), "--perms", "0700" if not _is_administrator() else "1777"]
    return [*options, "--size", str(limits.folder), "--tmpfs", FOLDER, "--remount-ro", "/"]


def _system() -> list[tuple[str, str]]:
    folders = (
        "/usr/lib",
        "/usr/lib32",
        "/usr/lib64",
        *(link for link in _LIBRARIES if not Path(link).is_symlink()),
    )
    return [(place, place) for place in (*folders, "/etc/ld.so.cache") if os.path.exists(place)]


_LIBRARIES = ("/lib", "/lib32", "/lib64")


def _links() -> list[str]:
    links = [(os.readlink(link), link) for link in _LIBRARIES if Path(link).is_symlink()]
    links.append((_python(), _EXECUTABLE))
    return [word for target, link in links for word in ("--symlink", target, link)]


def _python_folders() -> list[tuple[str, str]]:
    """The interpreter and its standard library, not of a virtual environment but those behind it."""
    base = Path(sys.base_prefix)
    folders = [str(base / name) for name in ("lib", "lib64") if (base / name).is_dir()]
    known = [target for _, target in _system()]
    return [(place, place) for place in (*folders, _python()) if place not in known]


def _python() -> str:
    return os.path.realpath(sys.executable)


def _site_packages() -> list[str]:
    """Where other packages lie within what is shown."""
    found: set[str] = set()
    for base in {Path(sys.base_prefix), Path("/usr")}:
        for name in ("lib", "lib64"):
            found |= {str(path) for path in base.glob(f"{name}/python3*/*-packages") if not path.is_symlink()}
    return sorted(found)


def _course() -> list[tuple[str, str]]:
    return [(str(_ROOT / source), f"{_COURSE}/{target}") for target, source in _ENTERS.items()]


def _packages(places: Iterable[Path]) -> list[tuple[str, str]]:
    return [(str(place), f"{_PACKAGES}/{place.name}") for place in places]


def _parents(targets: Iterable[str]) -> Iterator[str]:
    """Make the folders that lead to the targets, which bubblewrap would make for the administrator alone."""
    folders = {parent for target in targets for parent in PurePosixPath(target).parents}
    for folder in sorted(folders - {PurePosixPath("/")}):
        if not any(folder.is_relative_to(shown) for shown, _ in _system()):
            yield from ("--perms", "0755", "--dir", str(folder))


@cache
def _knows(option: str) -> bool:
    told = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False)
    return option in told.stdout + told.stderr


def _is_administrator() -> bool:
    return os.geteuid() == 0
