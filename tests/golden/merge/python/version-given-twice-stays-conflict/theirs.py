BASE_VERSIONS = {"a": 1}
version = "1.2"
if OLD:
    version = "0.9"
