app = make(
    name="a",
    port=1,
    debug=True,
)
