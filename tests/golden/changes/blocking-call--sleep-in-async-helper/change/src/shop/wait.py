import asyncio
import time


async def settle() -> None:
    time.sleep(0.5)
    await asyncio.sleep(0)
