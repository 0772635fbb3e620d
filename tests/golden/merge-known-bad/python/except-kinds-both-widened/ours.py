try:
    load()
except (OSError, ValueError, KeyError):
    pass
