__version__ = "1.2.0"
release = "1.2"
