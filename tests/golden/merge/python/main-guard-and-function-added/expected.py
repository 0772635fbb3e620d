def main():
    return run()


def helper():
    return 1


if __name__ == "__main__":
    sys.exit(main())
