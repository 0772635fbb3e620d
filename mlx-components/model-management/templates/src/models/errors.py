"""What can go wrong with models."""


class ModelError(Exception):
    """Any of the errors below."""


class ModelNotFoundError(ModelError):
    """There is no model of this name, or no such version of it."""


class AliasNotFoundError(ModelNotFoundError):
    """The model is there, but no version has this alias."""


class RegistryUnavailableError(ModelError):
    """The registry did not answer, or not sensibly. Trying again may help."""


class RegistryRefusedError(ModelError):
    """The registry does not let us: the token is missing or wrong, or may not do this."""


class InvalidModelError(ModelError):
    """The model cannot be loaded, or does not answer as a model must."""


class InvalidInputError(ModelError):
    """The rows are not what the model takes."""


class PromotionRefusedError(ModelError):
    """The version is not good enough, or there is nothing to go back to."""
