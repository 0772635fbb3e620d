import os

LIMIT = 10
TIMEOUT = 6
