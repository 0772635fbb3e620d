client = Client(url, timeout=30)
