STOP_WORDS = {"a", "an", "the", "and"}
