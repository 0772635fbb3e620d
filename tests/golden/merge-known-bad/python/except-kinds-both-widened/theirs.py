try:
    load()
except (OSError, ValueError, TypeError):
    pass
