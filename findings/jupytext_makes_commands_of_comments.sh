#!/usr/bin/env bash
# Jupytext turns a comment that begins with "copy", "cat", "echo", "ls", "cd" or "rm" into code, if it stands at a line's begin.
#
# jupytext 1.19.6: notebooks may hold shell commands, which a Python file must not, so Jupytext comments them out when it writes
# a file and removes one "#" when it reads it. Among them are IPython's aliases for shell commands, with or without "!", and
# help such as `why?`. A file that nobody made from a notebook has comments with the same words: "# copy of W1, not changed"
# arrives as `copy of W1, not changed`, which is a syntax error, and "# rm the mean" as a command that IPython would run.
# An indented comment stays, since aliases count only at the begin of a line, and so does "# copy, then change". The cure is
# the format option `comment_magics: false`. Reading and writing again gives the same file, so that no round trip shows it.
# The words come from https://github.com/jupytext/jupytext/issues/149; the price for comments is not mentioned there.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check jupytext==1.19.6 nbformat==5.11.1

"$folder/venv/bin/python" - <<'PYTHON'
import ast
import sys

import jupytext

COMMENTS = ["# copy of W1, not changed", "# ls of layers: 25, 15, 1", "# why?", "# copy, then change", "# keep W1"]
as_code = {}
for comment in COMMENTS:
    text = f"# %%\n{comment}\nx = 1\n"
    (cell,) = jupytext.reads(text, fmt="py:percent").cells
    first = cell.source.split("\n")[0]
    assert jupytext.writes(jupytext.reads(text, fmt="py:percent"), fmt="py:percent").endswith(text)
    as_code[comment] = first != comment
    print(f"{comment:28} -> {first}")
    if as_code[comment]:
        try:
            ast.parse(cell.source)
            sys.exit("This has changed: it is Python.")
        except SyntaxError:
            pass

indented = "# %%\ndef same(W1):\n    # copy of W1\n    return W1 + 0\n"
(cell,) = jupytext.reads(indented, fmt="py:percent").cells
off = {"extension": ".py", "format_name": "percent", "comment_magics": False}
kept = all(jupytext.reads(f"# %%\n{c}\nx = 1\n", fmt=off).cells[0].source.startswith(c) for c in COMMENTS)
print("an indented comment stays:", "    # copy of W1" in cell.source, "| all stay with comment_magics off:", kept)
as_seen = list(as_code.values()) == [True, True, True, False, False] and "    # copy of W1" in cell.source and kept
sys.exit(None if as_seen else "This has changed.")
PYTHON
