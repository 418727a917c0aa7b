"""The feedback letter: written, issued, received."""
