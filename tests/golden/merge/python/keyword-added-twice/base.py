app = make(name="a")
