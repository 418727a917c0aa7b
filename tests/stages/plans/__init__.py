"""The room of plans, kinds of campaign and the light mode."""
