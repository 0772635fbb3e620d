ENCODERS = {}


def register_encoder(name):
    def add(cls):
        ENCODERS[name] = cls
        return cls

    return add
