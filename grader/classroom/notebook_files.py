"""The text of an autograded notebook, validated once against the notebook format."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from grader.classroom.cells import Notebook
from grader.classroom.errors import BadSubmission


def notebook_text(nb: Notebook) -> bytes:
    """Return the text of a notebook's file. Raises `BadSubmission` if it is not of the notebook format."""
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator()(nb)
    except JsonSchemaValueException as error:
        raise BadSubmission(f"The graded notebook is not of the notebook format: {error.message}.") from error
    return (json.dumps(nb, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")


@cache
def _validator():
    """Compile nbformat's schema of format 4.5. To import nbformat itself would take over a second."""
    import fastjsonschema

    package = Path(find_spec("nbformat").origin).parent
    schema = json.loads((package / "v4" / "nbformat.v4.5.schema.json").read_text())
    return fastjsonschema.compile(schema)
