try:
    load()
except (OSError, ValueError):
    pass
