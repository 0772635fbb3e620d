from setuptools import setup

setup(
    name="shop",
    version="0.10rc1",
    packages=["shop"],
)
