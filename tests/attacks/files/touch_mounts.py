"""Mounts, changes its root and its namespaces."""

import ctypes

libc = ctypes.CDLL(None)
libc.unshare(0x10000000)
libc.unshare(0x00020000)
libc.mount(b"/", b"/submission", None, 4096, None)
libc.mount(None, b"/", None, 32 | 4096, None)
libc.umount2(b"/course", 2)
libc.chroot(b"/submission")
libc.setns(0, 0)
for path in ("/course/x", "/x", "@CANARY@"):
    try:
        open(path, "w").write("touched")
    except OSError:
        pass


def output_delta(A, Y):
    return A
