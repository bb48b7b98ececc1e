"""The append-only store of what happened: SQLite, exports, and the claim to be the live coach. See docs/journal.md."""
