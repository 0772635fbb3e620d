ROUTES = [
    {"path": "/items", "method": "POST"},
    {"path": "/orders", "method": "PUT"},
    {"path": "/health", "method": "GET"},
]
