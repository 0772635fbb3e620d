"""What can be wrong with plugins. Every message names the plugin, and what to do."""


class PluginError(Exception):
    """Any of the errors below."""


class UnknownPluginError(PluginError):
    """There is no plugin of this kind and name."""


class DuplicatePluginError(PluginError):
    """Two plugins have the same kind and name."""


class IncompatiblePluginError(PluginError):
    """A plugin is for another version of its host, or is not what its kind asks for."""


class PluginCycleError(PluginError):
    """Plugins require each other in a circle."""


class PluginDiscoveryError(PluginError):
    """A module or an entry point could not be loaded."""


class PluginSetupError(PluginError):
    """A plugin could not be made, or failed when it was set up; those before it were torn down."""
