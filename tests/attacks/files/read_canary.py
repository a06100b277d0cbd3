"""Reads a secret of the host by all the paths that may lead there."""

import os

SECRETS = []
paths = ["@CANARY@", "/proc/1/root@CANARY@", "/proc/self/root@CANARY@", "../../../../../../..@CANARY@"]
try:
    os.symlink("@CANARY@", "link")
    os.symlink("/", "root")
except OSError:
    pass
for path in [*paths, "link", "root@CANARY@", "/oldroot@CANARY@", "/newroot@CANARY@", "/etc/shadow"]:
    try:
        SECRETS.append(open(path).read())
    except OSError:
        pass
for descriptor in range(64):
    try:
        SECRETS.append(open(os.open("@CANARY@"[1:], os.O_RDONLY, dir_fd=descriptor)).read())
    except OSError:
        pass


def output_delta(A, Y):
    raise ValueError(repr(SECRETS))
