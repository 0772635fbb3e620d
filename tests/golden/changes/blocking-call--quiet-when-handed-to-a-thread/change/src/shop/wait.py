import asyncio
import time


async def settle() -> None:
    await asyncio.to_thread(time.sleep, 0.5)
    await asyncio.get_running_loop().run_in_executor(None, lambda: time.sleep(1))
