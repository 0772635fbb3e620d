def query(name):
	text = """
        select *
    """
	return run(text, name)
