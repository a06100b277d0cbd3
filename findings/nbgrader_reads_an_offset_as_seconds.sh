#!/usr/bin/env bash
# nbgrader 0.9.6 reads the offset of a time stamp as seconds: "+0100" moves a time by 100 seconds, not by an hour.
#
# `nbgrader.utils.parse_utc` reads timestamp.txt, due dates and extensions. It turns a third word that is a number into an
# int and hands it to dateutil as a time zone, and dateutil takes a number for an offset in seconds. `to_numeric_tz` of the
# same module makes such words ("+0100") for formgrader's form of due dates. A colon helps: "+01:00" is no int, so
# `dateutil.tz.gettz` gets it, finds no such zone, and the time counts as UTC, with a warning. Right are names such as "CET",
# and no space before the offset. A class an hour east of Greenwich whose time stamps come from another system is 58 minutes
# and 20 seconds late, or early.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nbgrader==0.9.6 "setuptools<81"

"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys

from nbgrader.utils import parse_utc, to_numeric_tz

seen = {
    text: parse_utc(text).isoformat(" ")
    for text in (
        "2026-01-15 12:00:00 +0100",
        "2026-01-15 12:00:00 +01:00",
        "2026-01-15 12:00:00+0100",
        "2026-01-15 12:00:00 CET",
    )
}
for text, utc in seen.items():
    print(f"{text:28} -> {utc} UTC")
print("Europe/Berlin as to_numeric_tz writes it:", to_numeric_tz("Europe/Berlin"))
expected = ["2026-01-15 11:58:20", "2026-01-15 12:00:00", "2026-01-15 11:00:00", "2026-01-15 11:00:00"]
sys.exit(None if list(seen.values()) == expected else "This has changed.")
PYTHON
