__version__ = "1.2.5"
release = "1.4"
