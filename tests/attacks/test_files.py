"""Hostile files, checked as `grader check` checks them, in one batch with honest ones."""

import pytest

from tests.attacks.attack import KINDS, description_of_file, kind_of_file
from tests.attacks.hostile import attacks
from tests.attacks.hostile_files import MALFORMED, problems_of_hostile_files


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_attack_succeeds(tmp_path):
    assert problems_of_hostile_files(tmp_path) == {}


def test_there_are_attacks_enough():
    assert len(attacks()) + len(MALFORMED) >= 80


@pytest.mark.parametrize("name", attacks())
def test_every_attack_says_what_it_tries(name):
    assert kind_of_file(name) in KINDS
    assert description_of_file(name).strip().endswith(".")
