package io.twinstream.deploy.acceptance.security;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** Holds many connections of one address of the loopback network, each of which begins something and goes no further. */
final class RawCrowd implements AutoCloseable {
    private static final int PATIENCE_MS = 5_000;

    private final SSLContext trust;
    private final InetAddress address;
    private final int port;
    private final List<Socket> sockets = new ArrayList<>();

    RawCrowd(SSLContext trust, String address, int port) throws IOException {
        this.trust = trust;
        this.address = InetAddress.getByName(address);
        this.port = port;
    }

    /** Opens connections that send this as it is, without a handshake. */
    void begin(int connections, String text) throws IOException {
        for (int i = 0; i < connections; i++) {
            Socket socket = connected();
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** Opens connections that send this after their handshake; one that the other side hangs up on doesn't count. */
    void beginSecured(int connections, String text) throws IOException {
        for (int i = 0; i < connections; i++) {
            Socket socket = trust.getSocketFactory().createSocket(connected(), "127.0.0.1", port, true);
            sockets.add(socket);
            try {
                socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                socket.close();
            }
        }
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port, address, 0);
        socket.setSoTimeout(PATIENCE_MS);
        sockets.add(socket);
        return socket;
    }

    @Override
    public void close() {
        for (Socket each : sockets) {
            try {
                each.close();
            } catch (IOException e) {
                // Hung up by the other side already.
            }
        }
    }
}
