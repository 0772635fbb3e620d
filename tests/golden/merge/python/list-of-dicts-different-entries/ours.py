ROUTES = [
    {"path": "/items", "method": "POST"},
    {"path": "/orders", "method": "GET"},
    {"path": "/health", "method": "GET"},
]
