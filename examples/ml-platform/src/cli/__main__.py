"""Runs the command line (``python -m``)."""

from src.cli.app import app

if __name__ == "__main__":
    app()
