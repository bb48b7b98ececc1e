"""The composition root: the only place adapters meet."""
