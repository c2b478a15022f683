"""TLS before a service on a Unix socket."""
import select
import socket
import ssl
import threading


class TlsFront:
    def __init__(self, certificate, key, inner):
        self.inner, self.carried = inner, 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.outer = socket.create_server(("127.0.0.1", 0))
        self.port = self.outer.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                line, _ = self.outer.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(line,), daemon=True).start()

    def carry(self, line):
        try:
            with self.context.wrap_socket(line, server_side=True) as outside, socket.socket(socket.AF_UNIX) as inside:
                inside.connect(self.inner)
                while True:
                    ready = [outside] if outside.pending() else select.select([outside, inside], [], [])[0]
                    for one in ready:
                        data = one.recv(65536)
                        if not data:
                            return
                        self.carried += len(data)
                        (inside if one is outside else outside).sendall(data)
        except OSError:
            pass   # whoever is there hung up, or did not trust us

    def stop(self):
        self.outer.close()
