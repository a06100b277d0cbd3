"""Two sandboxes at once: what a sender does on purpose, a receiver does not see."""

import struct
from contextlib import contextmanager

import pytest

from grader.isolation import process
from grader.isolation.submission import SubmissionProcess
from tests.isolation.calls import call

PROBE = """
import ctypes, fcntl, mmap, os, platform, signal, socket, struct, threading, time

SHARED = "/course/utils/data.py"
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
shared = os.open(SHARED, os.O_RDONLY)
page = libc.mmap(None, mmap.PAGESIZE, mmap.PROT_READ, mmap.MAP_SHARED, shared, ctypes.c_long(0))
kept, seen = [], {"signals": 0}
FUTEX = {"x86_64": 202, "aarch64": 98}.get(platform.machine(), -1)

def lock(kind):
    return struct.pack("hhqqi4x", kind, os.SEEK_SET, 0, 0, 0)

def set_record_lock(bit):
    fcntl.fcntl(shared, fcntl.F_SETLK, lock(fcntl.F_RDLCK if bit else fcntl.F_UNLCK))

def see_record_lock():
    return struct.unpack("h", fcntl.fcntl(shared, fcntl.F_GETLK, lock(fcntl.F_WRLCK))[:2])[0]

def set_description_lock(bit):
    fcntl.fcntl(shared, 37, lock(fcntl.F_RDLCK if bit else fcntl.F_UNLCK))  # F_OFD_SETLK

def see_description_lock():
    return struct.unpack("h", fcntl.fcntl(shared, 36, lock(fcntl.F_WRLCK))[:2])[0]  # F_OFD_GETLK

def set_whole_file_lock(bit):
    fcntl.flock(shared, fcntl.LOCK_SH if bit else fcntl.LOCK_UN)

def see_whole_file_lock():
    try:
        fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(shared, fcntl.LOCK_UN)
        return "free"
    except BlockingIOError:
        return "taken"

def set_lease(bit):
    fcntl.fcntl(shared, fcntl.F_SETLEASE, fcntl.F_RDLCK if bit else fcntl.F_UNLCK)

def see_lease():
    return fcntl.fcntl(shared, fcntl.F_GETLEASE)

def set_write_hint(bit):
    fcntl.fcntl(shared, 1036, struct.pack("Q", 3 if bit else 2))

def see_write_hint():
    return fcntl.fcntl(shared, 1035, bytes(8))

def set_futex(bit):
    if bit:
        first = ctypes.c_uint32.from_address(page).value
        wait = (FUTEX, ctypes.c_void_p(page), 0, first, struct.pack("qq", 1, 0))
        threading.Thread(target=libc.syscall, args=wait).start()
        time.sleep(0.1)

def see_futex():
    return libc.syscall(FUTEX, ctypes.c_void_p(page), 1, 100, None)

def touch_shared(bit):
    if bit:
        with open(SHARED) as file:
            file.read()
        os.listdir(os.path.dirname(SHARED))

def see_watch():
    if not kept:
        kept.append(libc.inotify_init1(os.O_NONBLOCK))
        libc.inotify_add_watch(kept[0], SHARED.encode(), 1)  # IN_ACCESS
    try:
        return bool(os.read(kept[0], 4096))
    except BlockingIOError:
        return False

def set_times(bit):
    touch_shared(bit)
    for path in (SHARED, os.path.dirname(SHARED), "/", "/dev/null", "/dev/zero", "/proc/self/cmdline"):
        try:
            if bit:
                os.utime(path)
        except OSError:
            pass

def see_times():
    found = []
    for path in (SHARED, os.path.dirname(SHARED), "/", "/dev/null", "/dev/zero", "/proc/self/cmdline"):
        at = os.stat(path)
        found += [at.st_atime_ns, at.st_mtime_ns, at.st_ctime_ns]
    return found

def set_file(bit):
    for folder in ("/tmp", "/dev/shm", "/submission"):
        with open(folder + "/x", "wb") as file:
            file.write(bytes(2**20 * bit))

def see_file():
    return [os.path.exists(folder + "/x") for folder in ("/tmp", "/dev/shm", "/submission")]

def see_room():
    return [os.statvfs(path).f_bavail for path in ("/submission", "/", "/course")]

def set_memory(bit):
    libc.shmget(4711, 4096, 0o1666)
    libc.msgget(4711, 0o1666), libc.semget(4711, 1, 0o1666)
    libc.mq_open(b"/x", os.O_CREAT | os.O_RDWR, 0o666, None)

def see_memory():
    found = [libc.shmget(4711, 4096, 0), libc.msgget(4711, 0), libc.semget(4711, 1, 0)]
    return [*found, libc.mq_open(b"/x", os.O_RDONLY)]

def set_socket(bit):
    if bit:
        kept.append(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        kept[-1].bind(f"\\0x{len(kept)}")

def see_socket():
    for number in range(10):
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).connect(f"\\0x{number}")
    return "there"

def set_signal(bit):
    for pid in (-1, *range(2, 400)):
        try:
            if bit:
                os.kill(pid, signal.SIGUSR1)
        except OSError:
            pass

def count_signal(*_):
    seen["signals"] += 1

def see_signal():
    signal.signal(signal.SIGUSR1, count_signal)
    return seen["signals"]

def set_threads(bit):
    if bit:
        for thread in [threading.Thread(target=time.sleep, args=(0.5,)) for _ in range(40)]:
            thread.start()

def see_threads():
    buffer = (ctypes.c_uint64 * 20)()
    return libc.sysinfo(buffer) == 0 and buffer[10] & 0xffff

def see_number():
    thread = threading.Thread(target=lambda: None)
    thread.start()
    last, seen["number"] = seen.get("number", thread.native_id - 1), thread.native_id
    return seen["number"] - last

def raw_pipe():
    both = (ctypes.c_int * 2)()
    if libc.pipe(both) != 0:
        raise PermissionError(1, "")
    number = os.fstat(both[0]).st_ino
    os.close(both[0]), os.close(both[1])
    return number

def set_inode(bit):
    if bit:
        for _ in range(20000):
            raw_pipe()

def see_inode():
    last, seen["inode"] = seen.get("inode", 0), max(raw_pipe() for _ in range(2000))
    return seen["inode"] - last > 10000

def see_own_inodes():
    both = os.pipe()
    last, seen["own"] = seen.get("own", 0), os.fstat(both[0]).st_ino
    os.close(both[0]), os.close(both[1])
    if not last:
        return see_own_inodes()
    return [seen["own"] - last, os.fstat(3).st_ino, os.fstat(4).st_ino]

def see_descriptors():
    found = []
    for number in range(64):
        try:
            found.append([number, os.fstat(number).st_mode, os.get_blocking(number)])
        except OSError:
            pass
    return found

def send(name, bit):
    try:
        globals()[name](bit)
    except OSError:
        pass

def look(name):
    try:
        return globals()[name]()
    except OSError as error:
        return error.errno
"""
CHANNELS = {
    "record lock": ("set_record_lock", "see_record_lock"),
    "lock of an open file description": ("set_description_lock", "see_description_lock"),
    "lock of a whole file": ("set_whole_file_lock", "see_whole_file_lock"),
    "lease": ("set_lease", "see_lease"),
    "hint for writing": ("set_write_hint", "see_write_hint"),
    "futex in a mapped file": ("set_futex", "see_futex"),
    "watch": ("touch_shared", "see_watch"),
    "times": ("set_times", "see_times"),
    "file": ("set_file", "see_file"),
    "room": ("set_file", "see_room"),
    "System V and POSIX memory and queues": ("set_memory", "see_memory"),
    "abstract socket": ("set_socket", "see_socket"),
    "signal": ("set_signal", "see_signal"),
    "number of tasks of the machine": ("set_threads", "see_threads"),
    "numbers of tasks": ("set_threads", "see_number"),
    "inode number of a pipe": ("set_inode", "see_inode"),
    "inode numbers of what there is": ("set_inode", "see_own_inodes"),
    "descriptors": ("set_record_lock", "see_descriptors"),
}
CARRY_WITHOUT_A_FILTER = (
    *("record lock", "lock of an open file description", "lock of a whole file", "futex in a mapped file"),
    *("watch", "inode number of a pipe"),
)
BITS = (0, 1, 1, 0, 1, 0)
ALLOW_EVERYTHING = struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)  # one instruction: return SECCOMP_RET_ALLOW


@contextmanager
def two_sandboxes():
    """A sender and a receiver."""
    with SubmissionProcess(PROBE.encode()) as sender, SubmissionProcess(PROBE.encode()) as receiver:
        assert sender.failure is receiver.failure is None
        yield sender, receiver


@pytest.fixture(scope="module")
def sandboxes():
    with two_sandboxes() as both:
        yield both


def seen_for_each_bit(sandboxes, name):
    """What the receiver sees, as texts, when the sender sends 0 and when it sends 1."""
    sender, receiver = sandboxes
    send, look = CHANNELS[name]
    call(receiver, "look", (look,), 10)  # gets ready
    seen = {0: [], 1: []}
    for bit in BITS:
        call(sender, "send", (send, bit), 10)
        outcome = call(receiver, "look", (look,), 10)
        assert outcome.raised is None
        seen[bit].append(str(outcome.value))
    return seen


@pytest.mark.parametrize("name", CHANNELS)
def test_nothing_is_seen(sandboxes, name):
    seen = seen_for_each_bit(sandboxes, name)
    if name == "file":
        assert call(sandboxes[1], "look", ("see_file",), 10).value == [False] * 3
    assert len({*seen[0], *seen[1]}) == 1


@pytest.mark.parametrize("name", CARRY_WITHOUT_A_FILTER)
def test_the_probe_would_see_it(monkeypatch, name):
    monkeypatch.setattr(process.seccomp, "program", lambda: ALLOW_EVERYTHING)
    with two_sandboxes() as both:
        seen = seen_for_each_bit(both, name)
    assert not set(seen[0]) & set(seen[1])
