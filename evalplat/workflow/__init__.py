"""The stage machine as data: stages, states, one table of moves, working days. Pure."""
