ROUTES = [
    {"path": "/items", "method": "GET"},
    {"path": "/orders", "method": "GET"},
    {"path": "/health", "method": "GET"},
]
