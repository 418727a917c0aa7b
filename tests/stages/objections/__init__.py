"""Tests of the objection room."""
