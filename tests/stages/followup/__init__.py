"""Tests of the follow-up; ``steps`` walks its deeds."""
