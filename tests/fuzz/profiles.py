"""How many examples are tried: the same few in each run of the tests, others for hours (`make fuzz`)."""

import os

from hypothesis import HealthCheck, settings

_COMMON = {"deadline": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("ci", derandomize=True, max_examples=500, database=None, **_COMMON)
settings.register_profile("hours", max_examples=100_000, **_COMMON)

fuzzed = settings.get_profile(os.environ.get("FUZZ_PROFILE", "ci"))
"""Decorates a test with the profile of this run, and leaves other tests of the project as they are."""
