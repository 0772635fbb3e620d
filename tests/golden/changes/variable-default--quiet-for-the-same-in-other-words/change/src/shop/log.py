import os

DEBUG = os.getenv("DEBUG", "false") == "true"
TIMEOUT = float(os.getenv("TIMEOUT", "30.0"))
