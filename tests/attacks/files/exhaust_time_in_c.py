"""A computation that Python can't interrupt."""

import re


def output_delta(A, Y):
    return re.match("(a*)*b", "a" * 200)
