def export(items, *, indent=2, encoding="utf-8"):
    return json.dumps(items, indent=indent)
