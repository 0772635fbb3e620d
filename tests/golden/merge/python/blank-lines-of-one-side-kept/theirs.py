import os
LIMIT = 20
def run():
    return LIMIT
