"""Bytes by hash: checked when they come in, never trusted when they go out."""
