client = Client(url, timeout=10)
