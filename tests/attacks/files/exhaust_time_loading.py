"""Never gets to its end."""

while True:
    pass


def output_delta(A, Y):
    return A
