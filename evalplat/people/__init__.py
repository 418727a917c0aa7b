"""People and bodies: offices, units, users, roles, delegations, passwords, sessions, the office's calendar."""
