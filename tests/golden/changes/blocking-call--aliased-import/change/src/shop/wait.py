from subprocess import run as execute


async def convert(path: str) -> None:
    execute(["convert", path], check=True)
