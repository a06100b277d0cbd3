"""What an instructor configures about a run reaches it."""

from dataclasses import fields

import pytest
from traitlets import TraitError
from traitlets.config import Config, PyFileConfigLoader

from grader.classroom.run.settings import RunOptions, Settings, read_settings
from grader.isolation.limits import MIB, NOTEBOOK_LIMITS, Limits
from tests.conftest import ROOT


def test_every_limit_can_be_configured():
    settings = RunOptions(memory=100, tasks=3, cell_seconds=1.5, output=1).settings()
    limits, output_limits = settings.limits, settings.output_limits
    assert (limits.memory, limits.tasks, limits.cell_seconds) == (100 * MIB, 3, 1.5)
    assert (output_limits.memory, output_limits.tasks) == (NOTEBOOK_LIMITS.memory, NOTEBOOK_LIMITS.tasks)
    assert output_limits.output == limits.output == MIB
    configurable = set(RunOptions.class_traits(config=True))
    assert {field.name for field in fields(Limits)} - configurable == {"load_seconds", "source_size"}


def test_the_defaults():
    assert read_settings(Config()) == Settings()


def test_the_configuration_of_the_course_says_the_defaults():
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    assert read_settings(config) == Settings()


def test_the_section_of_the_configuration():
    config = Config()
    config.Run.carries_errors_forward = True
    config.Run.folder = 3
    settings = read_settings(config)
    assert settings.carries_errors_forward
    assert settings.limits.folder == 3 * MIB


def test_a_value_of_the_wrong_type():
    with pytest.raises(TraitError, match="tasks"):
        read_settings(Config(Run=Config(tasks="many")))
