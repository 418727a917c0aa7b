"""The scoring core: pure functions from an indicator system and measurements to an explained result."""
