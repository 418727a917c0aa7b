"""Who may do what, and which rows somebody may see. Deny by default."""
