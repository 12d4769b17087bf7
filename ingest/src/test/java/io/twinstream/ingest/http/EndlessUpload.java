package io.twinstream.ingest.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/** Sends a chunked POST that has no end, on a socket of its own. */
final class EndlessUpload implements AutoCloseable {
    static final String HUNG_UP = "hung up";

    private static final byte[] CHUNK = ("1000\r\n" + "x".repeat(0x1000) + "\r\n").getBytes(US_ASCII);
    private static final long GIVE_UP_BYTES = 256L << 20;

    private final Socket socket;
    private long bytesSent;

    EndlessUpload(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
    }

    /**
     * Uploads until the server answers or hangs up; returns the status line, or {@link #HUNG_UP}: a server that closes a
     * connection with bytes unread resets it, and the reset may overtake its answer (RFC 9112, section 9.6).
     */
    String untilAnswered() throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(("POST /v1/probes HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n")
                .getBytes(US_ASCII));
        try {
            while (socket.getInputStream().available() == 0 && bytesSent < GIVE_UP_BYTES) {
                out.write(CHUNK);
                bytesSent += CHUNK.length;
            }
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
        } catch (SocketException e) {
            return HUNG_UP;
        }
    }

    long bytesSent() {
        return bytesSent;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
