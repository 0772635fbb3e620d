client = Client(url, timeout=30, retries=3, verify=True)
