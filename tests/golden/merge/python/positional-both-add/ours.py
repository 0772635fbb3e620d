app = make(a, b)
