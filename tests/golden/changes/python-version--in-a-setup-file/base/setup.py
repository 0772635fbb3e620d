from setuptools import setup

setup(
    name="shop",
    python_requires=">=3.11",
)
