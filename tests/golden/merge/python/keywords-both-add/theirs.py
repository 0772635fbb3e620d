app = make(
    name="a",
    debug=True,
)
