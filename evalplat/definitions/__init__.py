"""Definitions are files that officials edit: indicator systems and questionnaires, checked with file, line and column."""
