BASE_VERSIONS = {"a": 1}
version = "1.1"
if OLD:
    version = "0.9"
