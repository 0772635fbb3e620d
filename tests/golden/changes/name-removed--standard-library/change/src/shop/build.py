from distutils.version import LooseVersion

NOW = LooseVersion("1.0")
