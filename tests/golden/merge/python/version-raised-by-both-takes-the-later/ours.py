"""A shop."""

__version__ = "1.3.0.dev1"
version_info = (1, 3, 0, -100)
