import os

TOKEN = os.environ.get("STORE_TOKEN")
