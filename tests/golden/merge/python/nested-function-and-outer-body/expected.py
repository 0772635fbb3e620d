def retry(times=3):
    def decorate(function):
        def call(*args, **kwargs):
            return function(*args, **kwargs)

        return call

    return decorate
