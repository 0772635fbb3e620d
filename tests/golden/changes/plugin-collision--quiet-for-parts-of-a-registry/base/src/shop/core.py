ENCODERS = {}


def register_encoder(name, features):
    def add(cls):
        for feature in features:
            known = ENCODERS.setdefault(feature, {})
            known[name] = cls
        return cls

    return add
