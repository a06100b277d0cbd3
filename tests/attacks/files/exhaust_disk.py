"""Fills its folder, with large files, sparse files and many files."""

import os

for write in (
    lambda i: open(f"large{i}", "wb").write(bytes(2**24)),
    lambda i: os.truncate(os.open(f"sparse{i}", os.O_CREAT | os.O_RDWR), 2**40),
    lambda i: os.posix_fallocate(os.open(f"full{i}", os.O_CREAT | os.O_RDWR), 0, 2**30),
    lambda i: [open(f"{i}-{j}", "wb").close() for j in range(5000)],
):
    for i in range(20):
        try:
            write(i)
        except OSError:
            break


def output_delta(A, Y):
    return A
