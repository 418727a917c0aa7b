"""The social survey, from the poster to the sealed figure."""
