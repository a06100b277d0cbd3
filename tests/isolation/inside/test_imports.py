"""Of the course's packages, a sandbox needs NumPy alone: no mounted module imports another one at once."""

import ast
import sys

import pytest

from tests.conftest import ROOT

FOLDERS = ("grader/learner", "grader/isolation/inside")
FILES = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
MODULES = [
    "utils/network.py",
    "utils/recorded_calls.py",
    *sorted(str(path.relative_to(ROOT)) for path in FILES),
]
OWN = ("grader.learner", "grader.isolation.inside", "utils.network", "utils.recorded_calls", "numpy")
ALSO = {"grader/isolation/inside/notebook_worker.py": ("IPython", "traitlets")}
LATER = ("IPython.core.inputtransformer2",)


def imports(nodes):
    """The modules that these statements import, other than in functions."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            yield node.module
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from imports(ast.iter_child_nodes(node))


def is_allowed(name, allowed):
    is_own = any(name == package or name.startswith(f"{package}.") for package in allowed)
    return is_own or name.partition(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("module", MODULES)
def test_a_mounted_module_imports_only_what_a_sandbox_has(module):
    tree = ast.parse((ROOT / module).read_text())
    allowed = (*OWN, *ALSO.get(module, ()))
    assert [name for name in imports(tree.body) if not is_allowed(name, allowed)] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_function_of_a_mounted_module_imports_only_ipython_besides(module):
    nodes = ast.walk(ast.parse((ROOT / module).read_text()))
    names = imports(node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom)))
    allowed = (*OWN, *ALSO.get(module, ()), *LATER)
    assert [name for name in names if not is_allowed(name, allowed)] == []
