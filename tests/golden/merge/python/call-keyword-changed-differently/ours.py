client = Client(url, timeout=20, retries=3)
