"""The project as code, with projen: its files and tasks, made of `.projenrc.py`."""
