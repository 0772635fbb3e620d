CONFIG = {
    "database": {"host": "db", "port": 5432},
    "cache": {"host": "localhost", "port": 6379},
}
