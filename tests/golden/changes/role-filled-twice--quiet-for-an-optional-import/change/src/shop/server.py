try:
    import flask
except ImportError:
    flask = None
