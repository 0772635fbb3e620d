client = Client(url, timeout=30, verify=True)
