answer = fetch(url, headers, limit or 10)
