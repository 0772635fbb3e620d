ok = first.is_ready and second.is_done and third.is_ready
