import uvicorn
from fastapi import FastAPI

from shop.metrics import start

app = FastAPI()


def main():
    start()
    uvicorn.run(app, port=8000)
