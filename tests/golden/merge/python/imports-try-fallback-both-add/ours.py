try:
    import orjson
    import ujson as json
except ImportError:
    import json
