import uvicorn
from fastapi import FastAPI

admin = FastAPI()


def main():
    uvicorn.run(admin, port=8000)
