"""One module a destination; each is named in the entry-point group ``coach.exporters``."""
