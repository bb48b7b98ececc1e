"""A walk–run interval coach: one pure core that decides, a thin shell that touches the world."""

__version__ = "0.1.0"
