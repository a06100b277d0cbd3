import json

import numpy as np
import pytest

from grader.learner import call
from grader.learner.library_code import ROOT, is_library


@pytest.mark.parametrize("file", [json.__file__, np.__file__, call.__file__, "<frozen importlib._bootstrap>"])
def test_code_of_python_of_numpy_and_of_the_grader_is_library_code(file):
    assert is_library(file)


@pytest.mark.parametrize("file", ["submission.py", "<cell 3>", "/tmp/ipykernel_1/2.py"])
def test_other_code_is_the_learners_own(file):
    assert not is_library(file)


def test_the_root_holds_both_packages():
    assert (ROOT / "grader" / "learner").is_dir()
    assert (ROOT / "utils").is_dir()
