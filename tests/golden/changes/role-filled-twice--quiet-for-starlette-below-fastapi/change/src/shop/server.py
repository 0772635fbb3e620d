from starlette.requests import Request


def who(request: Request) -> str:
    return request.client.host
