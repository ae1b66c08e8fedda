# ruff: noqa: D100
# A kernel that executes a page runs this first, in the namespace of the cells: see execution.py.
# A cell that asks the network would give another output tomorrow, so here it raises.
def _guard() -> None:
    import sys

    def is_here(host: object) -> bool:
        return not host or str(host) == "localhost" or str(host).startswith(("127.", "::1", "/"))

    def audit(event: str, arguments: tuple) -> None:
        if event == "socket.getaddrinfo":
            host = arguments[0]
        elif event == "socket.connect":
            address = arguments[1]
            host = address[0] if isinstance(address, tuple) else None
        else:
            return
        if not is_here(host.decode() if isinstance(host, bytes) else host):
            raise PermissionError(
                f"a cell asked the network for {host}, and the book is made without one"
            )

    sys.addaudithook(audit)


_guard()
del _guard
