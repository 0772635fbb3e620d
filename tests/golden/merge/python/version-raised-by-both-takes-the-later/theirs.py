"""A shop."""

__version__ = "1.2.1"
version_info = (1, 2, 1, 0)
