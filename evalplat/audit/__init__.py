"""The audit log: append-only, hash-chained. Nothing in it is ever changed or removed."""
