app = make(a, c)
