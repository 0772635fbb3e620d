settings = dict(
    debug=False,
    workers=2,
    timeout=60,
)
