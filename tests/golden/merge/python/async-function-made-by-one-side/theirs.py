def fetch(client, url):
    answer = client.get(url)
    return answer.json()["data"]
