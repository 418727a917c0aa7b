"""Request machinery. No page of its own."""
