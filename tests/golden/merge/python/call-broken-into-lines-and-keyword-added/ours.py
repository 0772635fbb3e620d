client = Client(
    url,
    timeout=10,
    retries=3,
)
