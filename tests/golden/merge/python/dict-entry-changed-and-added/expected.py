limits = {"a": 10, "b": 2, "c": 3}
