import time


async def test_wait():
    time.sleep(0.1)
