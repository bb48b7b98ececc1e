"""One module a destination; each is named in the entry-point group ``coach.exporters``.

They know ``coach.model``, ``coach.ports`` and ``coach.errors``, and touch no file, clock or network.
"""
