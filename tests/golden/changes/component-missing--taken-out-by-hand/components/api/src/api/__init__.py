from src.settings import load
