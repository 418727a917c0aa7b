"""Work that outlives a request: job rows are outbox and queue in one, with a lease and progress."""
