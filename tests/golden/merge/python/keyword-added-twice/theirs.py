app = make(name="a", port=2)
