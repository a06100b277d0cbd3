"""Writes start-up files of IPython and Python."""

from pathlib import Path

for place in (
    Path.home() / ".ipython/profile_default/startup",
    Path("@HOME@/.ipython/profile_default/startup"),
):
    try:
        place.mkdir(parents=True, exist_ok=True)
        (place / "00.py").write_text("open('@CANARY@', 'w').write('touched')")
        (Path("@HOME@") / ".pythonrc.py").write_text("raise SystemExit")
    except OSError:
        pass


def output_delta(A, Y):
    return A
