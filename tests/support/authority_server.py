"""An authority that takes sealed records over HTTPS from those whose certificate it knows. It says 202 until it has a receipt to give."""
import http.server
import ssl
import threading


class AuthorityServer:
    def __init__(self, certificate, key, client_certificate):
        self.bodies, self.records, self.receipt = [], [], None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                outer.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                outer.records.append(self.headers["Record-Id"])
                answer = outer.receipt or b""
                self.send_response(200 if answer else 202)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *words):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_certificate)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        if self.thread is None:
            return
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        self.thread = None
