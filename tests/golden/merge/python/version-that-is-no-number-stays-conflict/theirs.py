__version__ = "latest"
