try:
    aa()
except OSError:
    b()
