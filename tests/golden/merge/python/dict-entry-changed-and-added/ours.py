limits = {"a": 10, "b": 2}
