from .imp import load
from shop import imp

X = load()
