from setuptools import setup

setup(
    name="shop",
    version="0.10",
    packages=["shop", "shop.cart"],
)
