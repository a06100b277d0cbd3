"""Hostile archives, names and answers, each tried against the function that reads it."""

import pytest

from tests.attacks.readers import ON_READERS


@pytest.mark.parametrize("attack", ON_READERS.values(), ids=ON_READERS)
def test_no_attack_succeeds(attack, tmp_path):
    assert list(attack.problems(tmp_path)) == []
    assert attack.description.endswith(".")
