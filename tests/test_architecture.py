"""Which part of `grader` may import which, as the README's section on the architecture says."""

import ast
import sys
from graphlib import TopologicalSorter

import pytest

from tests.conftest import ROOT

BELOW_JUDGE = {"feedback", "diagnosis", "lessons", "learner"}
BELOW_CLASSROOM = {"judge", "isolation", *BELOW_JUDGE}
MAY_IMPORT = {
    "learner": set(),
    "lessons": {"learner"},
    "diagnosis": {"lessons", "learner"},
    "feedback": {"diagnosis", "lessons", "learner"},
    "isolation": {"learner"},
    "judge": BELOW_JUDGE,
    "study": {"judge", *BELOW_JUDGE},
    "notebook": {"study", "judge", *BELOW_JUDGE},
    "files": BELOW_CLASSROOM,
    "classroom": BELOW_CLASSROOM,
    "authoring": {"classroom", *BELOW_CLASSROOM},
    "demo": {"authoring", "classroom", *BELOW_CLASSROOM},
    "book": {"authoring", "classroom", *BELOW_CLASSROOM},
    "cli": {"book", "demo", "authoring", "classroom", "files", *BELOW_CLASSROOM},
    "__main__": {"cli"},
    "__init__": {"notebook", "study"},
}
FILES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for file in sorted((ROOT / "grader").rglob("*.py"))
}


def imports(module):
    """The modules that a module imports anywhere in it, functions included."""
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in FILES else node.module for name in inner)


def part(module):
    """The folder or module directly under `grader` that a module is in."""
    return module.split(".")[1] if "." in module else "__init__"


@pytest.mark.parametrize("module", FILES)
def test_imports_point_one_way(module):
    allowed = {part(module), *MAY_IMPORT[part(module)]}
    found = {part(name) for name in imports(module) if name.partition(".")[0] == "grader"}
    assert found <= allowed


def test_no_two_modules_import_each_other():
    graph = {module: {name for name in imports(module) if name in FILES} - {module} for module in FILES}
    TopologicalSorter(graph).prepare()  # raises CycleError


def test_lessons_know_nothing_of_the_rest_but_the_functions_that_they_hand_out():
    lessons = [module for module in FILES if part(module) == "lessons"]
    found = {name for module in lessons for name in imports(module) if part(name) == "learner"}
    assert found == {"grader.learner.functions"}


def test_what_runs_beside_a_learners_code_needs_numpy_alone():
    """IPython, too, where a notebook runs; nothing of it that a plain function needs."""
    mounted = [m for m in FILES if part(m) == "learner" or m.startswith("grader.isolation.inside.")]
    others = {name.partition(".")[0] for module in mounted for name in imports(module)}
    assert others - sys.stdlib_module_names <= {"grader", "numpy", "utils", "IPython", "traitlets"}
    inside = {name for module in mounted for name in imports(module) if name.startswith("grader")}
    assert all(part(name) == "learner" or name.startswith("grader.isolation.inside") for name in inside)


def test_few_modules_stand_outside_of_the_folders():
    top = {module for module in FILES if module.count(".") == 1 and FILES[module].name != "__init__.py"}
    assert len(top) <= 5
