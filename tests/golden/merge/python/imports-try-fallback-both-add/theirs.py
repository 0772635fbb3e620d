try:
    import ujson as json
except ImportError:
    import json
    HAS_UJSON = False
