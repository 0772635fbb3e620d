BASE_VERSIONS = {"a": 1}
version = "1.0"
if OLD:
    version = "0.9"
