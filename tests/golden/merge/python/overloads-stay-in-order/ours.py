from typing import overload


@overload
def load(path: str) -> str: ...
@overload
def load(path: bytes) -> bytearray: ...
def load(path):
    return path
