app = make(a)
