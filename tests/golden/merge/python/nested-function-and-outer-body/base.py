def retry(times):
    def decorate(function):
        def call(*args):
            return function(*args)

        return call

    return decorate
