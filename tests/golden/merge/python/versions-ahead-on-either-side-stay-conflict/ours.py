__version__ = "1.3.0"
release = "1.3"
