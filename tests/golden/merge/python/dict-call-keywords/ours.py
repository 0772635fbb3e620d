settings = dict(
    debug=False,
    workers=4,
    timeout=30,
)
