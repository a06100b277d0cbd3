#!/usr/bin/env bash
# Importing nbformat takes over a second of processor time wherever JupyterLab is installed, and a tenth of that elsewhere.
#
# nbformat 5.11.1 imports jsonschema 4.26.0, whose module `_format` imports every checker of formats that is installed.
# jupyter-events, and so jupyter_server and JupyterLab, require `jsonschema[format-nongpl]`, which brings rfc3987-syntax
# 1.1.0: its import builds a Lark parser out of a grammar for internationalized web addresses. No notebook has one to check.
# Seen with Python 3.11: 0.1 s without the extra, 1.1 s with it. Whoever starts a process per notebook pays it per notebook.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/plain"
python3 -m venv "$folder/jupyter"
pins=(nbformat==5.11.1 fastjsonschema==2.22.3 jsonschema==4.26.0)
"$folder/plain/bin/pip" install --quiet --disable-pip-version-check "${pins[@]}"
"$folder/jupyter/bin/pip" install --quiet --disable-pip-version-check "${pins[@]}" \
    "jsonschema[format-nongpl]==4.26.0" rfc3987-syntax==1.1.0

cat >"$folder/time_import.py" <<'PYTHON'
"""Prints the processor time of `import nbformat`, and whether the parser of web addresses came along."""
import sys
import time

begin = time.process_time()
import nbformat  # noqa: E402, F401

print(f"{time.process_time() - begin:.3f}", "rfc3987_syntax" in sys.modules)
PYTHON

measure() { # the second run: bytecode is there
    "$1/bin/python" "$folder/time_import.py" >/dev/null
    "$1/bin/python" "$folder/time_import.py"
}

read -r plain plain_has <<<"$(measure "$folder/plain")"
read -r jupyter jupyter_has <<<"$(measure "$folder/jupyter")"
echo "import nbformat: $plain s alone ($plain_has), $jupyter s with what JupyterLab requires ($jupyter_has)"
python3 - "$plain" "$plain_has" "$jupyter" "$jupyter_has" <<'PYTHON'
import sys

plain, plain_has, jupyter, jupyter_has = sys.argv[1:]
as_seen = (plain_has, jupyter_has) == ("False", "True") and float(jupyter) > 3 * float(plain)
sys.exit(None if as_seen else "This has changed: see the versions above.")
PYTHON
