import os

ROOT = os.getcwd()
LIMIT = 1
