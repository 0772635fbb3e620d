app = make(
    name="a",
)
