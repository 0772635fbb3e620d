answer = fetch(str(url), headers, limit or 10)
