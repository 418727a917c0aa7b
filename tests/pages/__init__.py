"""Screens that are no stage."""
