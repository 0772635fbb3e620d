from prometheus_client import start_http_server


def start():
    start_http_server(8000)
