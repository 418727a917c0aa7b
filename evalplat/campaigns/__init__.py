"""Campaigns and the evaluations in them: set-up, the only writer of states, facts, progress."""
