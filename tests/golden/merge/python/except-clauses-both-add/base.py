try:
    a()
except OSError:
    b()
