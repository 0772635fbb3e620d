try:
    load()
except (OSError, ValueError, KeyError, TypeError):
    pass
