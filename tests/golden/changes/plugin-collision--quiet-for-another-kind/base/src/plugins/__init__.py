from src.plugins.spec import plugin
