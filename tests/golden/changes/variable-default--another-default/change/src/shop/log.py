import os

LEVEL = os.getenv("LOG_LEVEL", "debug")
