import os

KEY = os.environ["PRICES_API_KEY"]
