"""A small load loop over loopback, bounded in count, with one keep-alive connection for each client."""

import http.client
import statistics
import threading
import time


def once(connection: http.client.HTTPConnection, path: str) -> float:
    """Seconds that one GET takes. Raises RuntimeError for any answer but 200."""
    start = time.perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status} instead of 200.")
    return time.perf_counter() - start


def median_latency(port: int, path: str, *, requests: int) -> float:
    """Median seconds of `requests` GETs, one after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        return statistics.median(once(connection, path) for _request in range(requests))
    finally:
        connection.close()


def throughput(port: int, path: str, *, clients: int, requests: int) -> float:
    """GETs a second that `clients` at once get through, `requests` each."""

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _request in range(requests):
            once(connection, path)
        connection.close()

    threads = [threading.Thread(target=work) for _client in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return clients * requests / (time.perf_counter() - start)


def paired_ratios(port: int, path: str, floor: str, *, rounds: int, requests: int) -> list[tuple[float, float]]:
    """Per round, the median latency of `path` and of `floor`, measured in turn so that the machine's drift cancels."""
    return [
        (median_latency(port, path, requests=requests), median_latency(port, floor, requests=requests))
        for _round in range(rounds)
    ]
