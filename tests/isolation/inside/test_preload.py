import ast
import sys

import jupytext

from grader.isolation.inside.preload import _LESSON_MODULES
from tests.conftest import ROOT


def test_every_module_that_a_lesson_imports_is_preloaded_but_tensorflow():
    found = set()
    for source in sorted((ROOT / "solutions").glob("*.py")):
        for cell in jupytext.read(source).cells:
            if cell.cell_type == "code" and not cell.source.lstrip().startswith(("%", "!")):
                found |= set(imported(cell.source))
    missing = {name for name in found if not is_preloaded(name)}
    assert {name.partition(".")[0] for name in missing} <= {"tensorflow", "keras"}


def imported(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def is_preloaded(name):
    is_covered = any(module == name or module.startswith(f"{name}.") for module in _LESSON_MODULES)
    return is_covered or name.partition(".")[0] in sys.stdlib_module_names
