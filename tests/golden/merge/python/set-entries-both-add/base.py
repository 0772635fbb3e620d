STOP_WORDS = {"a", "an", "the"}
