from setuptools import setup

setup(
    name="shop",
    version="0.9",
    packages=["shop"],
)
