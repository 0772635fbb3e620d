def main():
    run()


def helper():
    return 1


if __name__ == "__main__":
    main()
