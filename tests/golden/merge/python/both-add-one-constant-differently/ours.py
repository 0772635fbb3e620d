import os

ROOT = os.getcwd()
LIMIT = 50
MINE = 1
