"""One room per stage. Rooms never import one another; they meet in the shared books below them."""
