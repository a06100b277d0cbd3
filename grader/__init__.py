"""Checks a learner's functions against TensorFlow and explains wrong answers."""

import importlib.util
import sys
import warnings
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


def _use_own_modules() -> None:
    """Let `grader` and `utils` be the course's, whatever else of these names was imported or comes first.

    A warning tells whose code imported a `utils` of its own. What it has of it stays as it is.
    """
    strangers = {name: module for name, module in sys.modules.items() if _is_stranger(name, module)}
    for name in strangers:
        del sys.modules[name]
    if "utils" in strangers:
        place = getattr(strangers["utils"], "__file__", None) or "it has no file"
        warnings.warn(
            f"The course has a package `utils`, and so have you ({place}). From here on, `import utils` "
            "gives the course's. Give yours another name to use both.",
            stacklevel=3,
        )
    if "utils" not in sys.modules:
        spec = importlib.util.spec_from_file_location("utils", _ROOT / "utils" / "__init__.py")
        sys.modules["utils"] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)


def _is_stranger(name: str, module: object) -> bool:
    package = name.partition(".")[0]
    if package not in ("grader", "utils"):
        return False
    file = getattr(module, "__file__", None)
    return file is None or not Path(file).resolve().is_relative_to(_ROOT / package)


_use_own_modules()

from grader.notebook import check  # noqa: E402 - it imports `utils`
from grader.study import ask_prediction, ask_questions, compare_prediction, hint, progress, solution  # noqa: E402

__all__ = ["ask_prediction", "ask_questions", "check", "compare_prediction", "hint", "progress", "solution"]
