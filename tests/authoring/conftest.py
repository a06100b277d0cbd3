"""A repository with one small lesson, for the tests of this folder."""

import shutil
from types import SimpleNamespace

import pytest

from grader import lessons
from tests.conftest import ROOT

TINY = '''\
# ---
# jupyter:
#   kernelspec:
#     display_name: Odd
#     language: python
#     name: odd
# ---

# %% [markdown]
# # Tiny

# %%
LESSON = "07_tiny"

# %%
# %matplotlib inline
x = 1

# %%
def one(x):
    """Return 1."""
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION


# %%
check(one)

# %%
x = 1

# %%
x = 1

# %%
def two(x):
    ### BEGIN SOLUTION
    return 2
    ### END SOLUTION


# %%
check(two)

# %% [markdown]
# Why? (4 points)
#
# ### BEGIN SOLUTION
# Because.
# ### END SOLUTION

# %% [markdown]
# And then? (1.5 points)
#
# ### BEGIN SOLUTION
# The end.
# ### END SOLUTION
'''


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A repository with one small lesson."""
    exercises = {"one": SimpleNamespace(points=2), "two": SimpleNamespace(points=0.5)}
    lesson = SimpleNamespace(name="07_tiny", exercises=exercises)
    monkeypatch.setattr(lessons, "load", {"07_tiny": lesson}.__getitem__)
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "07_tiny.py").write_text(TINY)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return tmp_path


def labels(nb):
    """nbgrader's metadata of the cells that have some, by the grade ids; the cells' ids end with these."""
    found = {c.id: c.metadata["nbgrader"] for c in nb.cells if "nbgrader" in c.metadata}
    assert all(cell_id == f"07-{label['grade_id']}" for cell_id, label in found.items())
    return {label["grade_id"]: label for label in found.values()}
