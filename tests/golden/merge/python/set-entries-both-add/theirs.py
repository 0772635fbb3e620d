STOP_WORDS = {"a", "or", "an", "the"}
