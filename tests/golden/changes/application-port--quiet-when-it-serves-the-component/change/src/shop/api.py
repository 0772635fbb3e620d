import uvicorn


def main():
    uvicorn.run("src.admin:admin", port=8000)
