client = Client(url, timeout=10, verify=False)
