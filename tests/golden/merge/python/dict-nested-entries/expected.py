CONFIG = {
    "database": {"host": "db", "port": 5433, "ssl": True},
    "cache": {"host": "localhost", "port": 6379},
}
