"""The bubblewrap command: what is mounted in a sandbox, and as which user its processes run.

Mounted read-only are the system's libraries, Python, the packages of a lesson, `utils` and the few modules
that call a learner's functions (`_MOUNTED`). One folder in memory is writable. There is no network, no home,
no other process, no /sys and nothing of /proc but the path of the interpreter.
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
from grader.isolation.inside.namespaces import DEVICES, NULL_FILE, SUBMISSION_FOLDER
from grader.isolation.limits import MIB, ONE_BLAS_THREAD
from grader.learner.library_code import ROOT

_COURSE, _PACKAGES = "/course", "/packages"
_MOUNTED = {
    # target below _COURSE: source below the repository. None of them holds a reference or a misconception.
    "grader/__init__.py": "grader/isolation/inside/grader_stub.py",
    "grader/learner": "grader/learner",
    "grader/isolation/inside": "grader/isolation/inside",
    "utils": "utils",
}
# With `NULL_FILE` the whole of /proc in a sandbox, since TensorFlow looks up its executable: the interpreter.
_PROC_EXE = "/proc/self/exe"
_NOBODY = 65534
_USER_NAMESPACE_SETTINGS = "/proc/sys/user"
START_SECONDS = 60.0
"""How long bubblewrap, and Python with all its packages, may take to start on a busy machine."""
_SERVER_FOLDER = 16 * MIB
_ENVIRONMENT = {
    "HOME": SUBMISSION_FOLDER,
    "LOGNAME": "learner",
    "TMPDIR": SUBMISSION_FOLDER,
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "JOBLIB_MULTIPROCESSING": "0",  # there is no second process
    "PATH": "/usr/bin:/bin",
    "PYTHONPATH": f"{_COURSE}:{_PACKAGES}",
    **ONE_BLAS_THREAD,
}


class Handshake:
    """The pipes between bubblewrap and its parent: they pass the first process's id and the user mapping.

    If root starts a sandbox, its processes would run as root without capabilities, and the kernel does not
    limit the number of root's processes (RLIMIT_NPROC). So root's sandbox maps a second user, nobody, that a
    submission becomes.
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
        """Map the users; return a pidfd of the first process inside, or None if bubblewrap has failed.

        No process inside outlives the first one.
        """
        os.close(self._info_write)  # so that reading ends when bubblewrap does
        self._open.remove(self._info_write)
        pid = self._first_process()
        if pid is None:
            return None
        pidfd = os.pidfd_open(pid)
        if _is_administrator():
            for kind in ("uid_map", "gid_map"):
                Path(f"/proc/{pid}/{kind}").write_text(f"0 0 1\n{USER} {_NOBODY} 1\n")
            os.write(self._block_write, b"x")
        return pidfd

    def _first_process(self) -> int | None:
        info = b""
        while b"}" not in info:
            is_readable = select.select([self._info_read], [], [], START_SECONDS)[0]
            piece = os.read(self._info_read, 1000) if is_readable else b""
            if not piece:
                return None
            info += piece
        return int(json.loads(info)["child-pid"])


def command(distributions: Sequence[str] = packages.WITHOUT_TENSORFLOW) -> list[str]:
    """The command line of bubblewrap for a sandbox with these packages, without the program to run in it."""
    # One option per namespace: --unshare-all would silently go without a user or cgroup namespace if the
    # kernel has none.
    namespaces = [f"--unshare-{kind}" for kind in ("user", "pid", "ipc", "uts", "cgroup", "net")]
    # The program is the first process itself: whenever it ends, the kernel ends all others inside.
    session = ["--new-session", "--as-pid-1", "--hostname", "sandbox", "--clearenv"]
    environment = [word for name, value in _ENVIRONMENT.items() for word in ("--setenv", name, value)]
    return [
        "bwrap",
        *namespaces,
        *session,
        *_identity(),
        *environment,
        *_mounts(distributions),
        "--chdir",
        SUBMISSION_FOLDER,
    ]


def _identity() -> list[str]:
    """The user inside, and the capabilities of the fork server, which needs them to isolate its children."""
    kept = ["--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"]
    if _is_administrator():  # a submission becomes nobody in `confine`
        return [*kept, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    options = [*kept, "--uid", str(USER), "--gid", str(USER)]
    return [*options, "--disable-userns"] if _can_disable_user_namespaces() else options


def _mounts(distributions: Sequence[str]) -> list[str]:
    hidden = _site_packages()
    mounts = [
        *_system_folders(),
        *_python_folders(),
        *_course(),
        *_packages(packages.installed_paths(tuple(distributions))),
    ]
    options = [*_parents([*(target for _, target in mounts), SUBMISSION_FOLDER, _PROC_EXE, *DEVICES])]
    for source, target in mounts:
        options += ["--ro-bind", source, target]
    for device in DEVICES:
        options += ["--dev-bind", device, device]
    options += ["--dev-bind", "/dev/null", NULL_FILE]
    for folder in hidden:
        options += ["--tmpfs", folder, "--remount-ro", folder]
    if not interpreter().startswith("/tmp/"):
        options += ["--symlink", SUBMISSION_FOLDER, "/tmp"]
    # Thread pools keep their locks in /dev/shm; the limit of the folder counts them.
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
    return [(path, path) for path in (*folders, "/etc/ld.so.cache") if os.path.exists(path)]


_LIBRARIES = ("/lib", "/lib32", "/lib64")


def _symlinks() -> list[str]:
    links = [(os.readlink(link), link) for link in _LIBRARIES if Path(link).is_symlink()]
    links.append((interpreter(), _PROC_EXE))
    return [word for target, link in links for word in ("--symlink", target, link)]


def _python_folders() -> list[tuple[str, str]]:
    """The interpreter and its standard library, those of the base of a virtual environment."""
    base = Path(sys.base_prefix)
    folders = [str(base / name) for name in ("lib", "lib64") if (base / name).is_dir()]
    known = [target for _, target in _system_folders()]
    return [(path, path) for path in (*folders, interpreter()) if path not in known]


def interpreter() -> str:
    """The path of the Python interpreter, the same outside and inside."""
    return os.path.realpath(sys.executable)


def _site_packages() -> list[str]:
    """The folders of other packages within the mounted folders; they are hidden."""
    found: set[str] = set()
    for base in {Path(sys.base_prefix), Path("/usr")}:
        for name in ("lib", "lib64"):
            found |= {str(path) for path in base.glob(f"{name}/python3*/*-packages") if not path.is_symlink()}
    return sorted(found)


def _course() -> list[tuple[str, str]]:
    return [(str(ROOT / source), f"{_COURSE}/{target}") for target, source in _MOUNTED.items()]


def _packages(paths: Iterable[Path]) -> list[tuple[str, str]]:
    return [(str(path), f"{_PACKAGES}/{path.name}") for path in paths]


def _parents(targets: Iterable[str]) -> Iterator[str]:
    """Options that make the targets' parent folders; bubblewrap itself would make them for root alone."""
    folders = {parent for target in targets for parent in PurePosixPath(target).parents}
    for folder in sorted(folders - {PurePosixPath("/")}):
        if not any(folder.is_relative_to(mounted) for mounted, _ in _system_folders()):
            yield from ("--perms", "0755", "--dir", str(folder))


@cache
def _can_disable_user_namespaces() -> bool:
    """Whether bubblewrap can keep processes from making user namespaces by a setting of the kernel.

    The filter for system calls does so in any case. In a container, the settings are read-only.
    """
    usage = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False)
    is_read_only = os.statvfs(_USER_NAMESPACE_SETTINGS).f_flag & os.ST_RDONLY
    return "--disable-userns" in usage.stdout + usage.stderr and not is_read_only


def _is_administrator() -> bool:
    return os.geteuid() == 0
