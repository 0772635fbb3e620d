import uvicorn


def main():
    uvicorn.run("shop.api:app", reload=True, port=8000)
