ok = first.is_ready and second.is_ready and third.is_ready
