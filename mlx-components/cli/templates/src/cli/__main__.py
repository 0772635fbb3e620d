"""Runs the command line (``python -m``)."""

from src.cli.program import app

if __name__ == "__main__":
    app()
