"""What every test shares: a real PostgreSQL on request and the same dice for Hypothesis everywhere."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.postgres"]

# Two busy cores make single examples slow without being wrong; a run on the build machine repeats exactly.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")
