CONFIG = {
    "database": {"host": "localhost", "port": 5432},
    "cache": {"host": "localhost", "port": 6379},
}
