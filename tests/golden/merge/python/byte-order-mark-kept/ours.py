import os

LIMIT = 20
TIMEOUT = 5
