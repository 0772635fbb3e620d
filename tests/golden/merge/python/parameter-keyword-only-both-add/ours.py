def export(items, *, indent=2, sort=False):
    return json.dumps(items, indent=indent)
