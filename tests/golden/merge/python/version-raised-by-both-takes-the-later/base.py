"""A shop."""

__version__ = "1.2.0"
version_info = (1, 2, 0, 0)
