def retry(times=3):
    def decorate(function):
        def call(*args):
            return function(*args)

        return call

    return decorate
