"""A demonstration: a county-level city's office, played through the same actions that the pages call."""
