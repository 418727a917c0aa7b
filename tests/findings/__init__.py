"""Tests of the book of findings."""
