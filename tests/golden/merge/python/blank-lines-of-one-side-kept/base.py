import os
LIMIT = 10
def run():
    return LIMIT
