"""Opens files until there are no more."""

HELD = []
try:
    while True:
        HELD.append(open("/dev/null"))
except OSError:
    pass


def output_delta(A, Y):
    return A
