app = make(name="a", port=1)
