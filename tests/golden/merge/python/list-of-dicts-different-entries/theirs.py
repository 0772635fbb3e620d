ROUTES = [
    {"path": "/items", "method": "GET"},
    {"path": "/orders", "method": "PUT"},
    {"path": "/health", "method": "GET"},
]
