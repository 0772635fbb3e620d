"""Tells clients apart."""

import hashlib
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope


def client_key(scope: Scope, header: str | None = None) -> str:
    """The same text for requests of the same client.

    That is by ``header``, where the request has it: as a digest, for it may be a secret and of any
    length. Else it is the address; of IPv6 the first 64 bits, which is what one subscriber gets.
    """
    if header is not None:
        value = Headers(scope=scope).get(header)
        if value:
            return "header:" + hashlib.sha256(value.encode()).hexdigest()
    client = scope.get("client")
    if not client:
        return "address:unknown"
    return f"address:{_subscriber(client[0])}"


def _subscriber(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed), 64), strict=False))
