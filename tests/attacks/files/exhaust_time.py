"""A function without end, and one that catches whatever stops it."""


def output_delta(A, Y):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
