"""The overall report."""
