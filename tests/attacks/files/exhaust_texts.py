"""Raises, prints and warns at enormous length."""

import warnings


def output_delta(A, Y):
    print("p" * 10**7)
    for i in range(1000):
        warnings.warn(f"{i}" + "w" * 10**5, RuntimeWarning, stacklevel=2)
    raise type("N" * 10**5, (Exception,), {})("e" * 10**7)
