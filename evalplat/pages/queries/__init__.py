"""What the pages show: frozen views read from the shared books, no room known by name."""
