def query(name, limit):
    text = """
        select *
    """
    more = """
    limit
"""
    return run(text + more, name, limit)
