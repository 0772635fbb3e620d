import asyncio
import time


def wait_for_service(attempts: int) -> bool:
    async def ask() -> bool:
        for _ in range(attempts):
            time.sleep(1)
        return True

    return asyncio.run(ask())
