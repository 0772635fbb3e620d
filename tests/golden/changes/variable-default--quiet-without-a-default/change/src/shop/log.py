import os

LEVEL = os.environ["LOG_LEVEL"]
