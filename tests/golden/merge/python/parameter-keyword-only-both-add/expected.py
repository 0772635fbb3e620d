def export(items, *, indent=2, sort=False, encoding="utf-8"):
    return json.dumps(items, indent=indent)
