def export(items, *, indent=2):
    return json.dumps(items, indent=indent)
