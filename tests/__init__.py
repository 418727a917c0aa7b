"""Tests: a mirror of the package, and what it takes to walk through it."""
