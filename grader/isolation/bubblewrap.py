"""The bubblewrap command: what is in a sandbox, and who is in it.

Inside there are the system's libraries, Python, the packages of a lesson and the few modules that call a
learner's functions, all read-only, and one folder to write in, which lies in memory. There is no network, no
home, no other process, no /sys and nothing of /proc but the name of the interpreter.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

from grader.isolation import packages
from grader.isolation.inside.confine import USER
from grader.isolation.inside.namespaces import SUBMISSION_FOLDER
from grader.isolation.limits import MIB
from grader.learner.library_code import ROOT

_COURSE, _PACKAGES = "/course", "/packages"
_MOUNTED = {
    # target below _COURSE: source below the repository. No reference and no slip is in any of them.
    "grader/__init__.py": "grader/isolation/inside/grader_stub.py",
    "grader/learner": "grader/learner",
    "grader/isolation/inside": "grader/isolation/inside",
    "utils": "utils",
}
_DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
# All of /proc that there is, for TensorFlow, which asks who runs it: the interpreter, without arguments.
_PROC_EXE, _PROC_CMDLINE = "/proc/self/exe", "/proc/self/cmdline"
_NOBODY = 65534
START_SECONDS = 60.0
"""How long bubblewrap, and Python with all its packages, may take on a busy machine."""
_SERVER_FOLDER = 16 * MIB
_THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_ENVIRONMENT = {
    "HOME": SUBMISSION_FOLDER,
    "LOGNAME": "learner",
    "TMPDIR": SUBMISSION_FOLDER,
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "JOBLIB_MULTIPROCESSING": "0",  # there is no second process
    "PATH": "/usr/bin:/bin",
    "PYTHONPATH": f"{_COURSE}:{_PACKAGES}",
    **_THREADS,
}


class Handshake:
    """What bubblewrap and whoever starts it tell each other: the first process inside, and who it may be.

    An administrator's sandbox would run as the administrator without rights, to whom the kernel applies no
    limit of processes. So it gets a second user, nobody, to become.
    """

    def __init__(self):
        self._info_read, self._info_write = os.pipe()
        self._block_read, self._block_write = os.pipe()
        self._open = {self._info_read, self._info_write, self._block_read, self._block_write}
        self.inherited = (self._info_write, self._block_read)
        self.options = ["--info-fd", str(self._info_write)]
        if _is_administrator():
            self.options += ["--userns-block-fd", str(self._block_read)]

    def __enter__(self) -> Handshake:
        return self

    def __exit__(self, *error) -> None:
        for descriptor in self._open:
            os.close(descriptor)

    def complete(self) -> int | None:
        """A descriptor of the first process inside, which no other outlives; None if there is none."""
        os.close(self._info_write)  # so that reading ends when bubblewrap does
        self._open.remove(self._info_write)
        pid = self._first_process()
        if pid is None:
            return None
        found = os.pidfd_open(pid)
        if _is_administrator():
            for kind in ("uid_map", "gid_map"):
                Path(f"/proc/{pid}/{kind}").write_text(f"0 0 1\n{USER} {_NOBODY} 1\n")
            os.write(self._block_write, b"x")
        return found

    def _first_process(self) -> int | None:
        said = b""
        while b"}" not in said:
            piece = (
                os.read(self._info_read, 1000)
                if select.select([self._info_read], [], [], START_SECONDS)[0]
                else b""
            )
            if not piece:
                return None
            said += piece
        return int(json.loads(said)["child-pid"])


def command(distributions: Sequence[str] = packages.WITHOUT_TENSORFLOW) -> list[str]:
    """How to start a sandbox with these packages in it, up to what is to run there."""
    # util-linux's way of asking for one namespace after another is spelled out: --unshare-all would go
    # without a user or cgroup namespace where there is none.
    namespaces = [f"--unshare-{kind}" for kind in ("user", "pid", "ipc", "uts", "cgroup", "net")]
    ends = ["--new-session", "--hostname", "sandbox", "--clearenv"]
    environment = [word for name, value in _ENVIRONMENT.items() for word in ("--setenv", name, value)]
    return [
        "bwrap",
        *namespaces,
        *ends,
        *_identity(),
        *environment,
        *_mounts(distributions),
        "--chdir",
        SUBMISSION_FOLDER,
    ]


def _identity() -> list[str]:
    """Who is inside, and which rights of root the fork server has, to part its children."""
    kept = ["--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"]
    if _is_administrator():  # whose submissions become nobody, with `confine`
        return [*kept, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    options = [*kept, "--uid", str(USER), "--gid", str(USER)]
    return [*options, "--disable-userns"] if _supports("--disable-userns") else options


def _mounts(distributions: Sequence[str]) -> list[str]:
    hidden = _site_packages()
    shown = [
        *_system_folders(),
        *_python_folders(),
        *_course(),
        *_packages(packages.installed_paths(tuple(distributions))),
    ]
    options = [*_parents([*(target for _, target in shown), SUBMISSION_FOLDER, _PROC_EXE, *_DEVICES])]
    for source, target in shown:
        options += ["--ro-bind", source, target]
    for device in _DEVICES:
        options += ["--dev-bind", device, device]
    options += ["--dev-bind", "/dev/null", _PROC_CMDLINE]
    for folder in hidden:
        options += ["--tmpfs", folder, "--remount-ro", folder]
    if not interpreter().startswith("/tmp/"):
        options += ["--symlink", SUBMISSION_FOLDER, "/tmp"]
    # Locks of pools of threads lie there; what the folder holds is counted.
    options += ["--symlink", SUBMISSION_FOLDER, "/dev/shm"]
    options += [*_symlinks(), "--perms", "0700"]
    return [*options, "--size", str(_SERVER_FOLDER), "--tmpfs", SUBMISSION_FOLDER, "--remount-ro", "/"]


def _system_folders() -> list[tuple[str, str]]:
    folders = (
        "/usr/lib",
        "/usr/lib32",
        "/usr/lib64",
        *(link for link in _LIBRARIES if not Path(link).is_symlink()),
    )
    return [(place, place) for place in (*folders, "/etc/ld.so.cache") if os.path.exists(place)]


_LIBRARIES = ("/lib", "/lib32", "/lib64")


def _symlinks() -> list[str]:
    links = [(os.readlink(link), link) for link in _LIBRARIES if Path(link).is_symlink()]
    links.append((interpreter(), _PROC_EXE))
    return [word for target, link in links for word in ("--symlink", target, link)]


def _python_folders() -> list[tuple[str, str]]:
    """The interpreter and its standard library, not of a virtual environment but those behind it."""
    base = Path(sys.base_prefix)
    folders = [str(base / name) for name in ("lib", "lib64") if (base / name).is_dir()]
    known = [target for _, target in _system_folders()]
    return [(place, place) for place in (*folders, interpreter()) if place not in known]


def interpreter() -> str:
    """The interpreter that runs inside."""
    return os.path.realpath(sys.executable)


def _site_packages() -> list[str]:
    """Where other packages lie within what is shown."""
    found: set[str] = set()
    for base in {Path(sys.base_prefix), Path("/usr")}:
        for name in ("lib", "lib64"):
            found |= {str(path) for path in base.glob(f"{name}/python3*/*-packages") if not path.is_symlink()}
    return sorted(found)


def _course() -> list[tuple[str, str]]:
    return [(str(ROOT / source), f"{_COURSE}/{target}") for target, source in _MOUNTED.items()]


def _packages(places: Iterable[Path]) -> list[tuple[str, str]]:
    return [(str(place), f"{_PACKAGES}/{place.name}") for place in places]


def _parents(targets: Iterable[str]) -> Iterator[str]:
    """Make the folders that lead to the targets, which bubblewrap would make for the administrator alone."""
    folders = {parent for target in targets for parent in PurePosixPath(target).parents}
    for folder in sorted(folders - {PurePosixPath("/")}):
        if not any(folder.is_relative_to(shown) for shown, _ in _system_folders()):
            yield from ("--perms", "0755", "--dir", str(folder))


@cache
def _supports(option: str) -> bool:
    told = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False)
    return option in told.stdout + told.stderr


def _is_administrator() -> bool:
    return os.geteuid() == 0
