package io.twinstream.deploy.acceptance.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** This is a connection over TLS on which anything at all can be sent, even what no client library would. */
final class RawHttps implements AutoCloseable {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");
    private static final int PATIENCE_MS = 15_000;

    private final Socket socket;

    RawHttps(SSLContext trust, int port) throws IOException {
        socket = trust.getSocketFactory().createSocket("127.0.0.1", port);
        socket.setSoTimeout(PATIENCE_MS);
    }

    /** Sends one request on a connection of its own, and returns all that comes back until the other side hangs up. */
    static String exchange(SSLContext trust, int port, String request) throws IOException {
        try (RawHttps connection = new RawHttps(trust, port)) {
            try {
                connection.send(request);
            } catch (IOException e) {
                // Refused before all was sent; the answer says how.
            }
            return connection.rest();
        }
    }

    /** Returns the first status of an answer, or 0 where there is none. */
    static int status(String answer) {
        Matcher status = STATUS.matcher(answer);
        return status.lookingAt() ? Integer.parseInt(status.group(1)) : 0;
    }

    /** Returns how often the status is in so many answers on end. */
    static long count(String answers, int status) {
        return STATUS.matcher(answers)
                .results()
                .filter(each -> Integer.parseInt(each.group(1)) == status)
                .count();
    }

    /** Returns head and first blank line, in small letters. */
    static String head(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        return (end < 0 ? answer : answer.substring(0, end)).toLowerCase(Locale.ROOT);
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** Returns what comes until the other side hangs up or says nothing for a while. */
    String rest() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            byte[] some = new byte[8192];
            for (int read = in.read(some); read >= 0; read = in.read(some)) {
                all.write(some, 0, read);
            }
        } catch (IOException e) {
            // Hung up: what came before holds.
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /**
     * Sends a letter every 100 ms until the other side has hung up.
     *
     * @return milliseconds until then, or the limit
     */
    long drip(String letters, long limitMs) throws InterruptedException {
        long began = System.nanoTime();
        long millis = 0;
        while (millis < limitMs) {
            try {
                send(letters);
                socket.setSoTimeout(100);
                if (socket.getInputStream().read() < 0) {
                    return millis;
                }
            } catch (SocketTimeoutException e) {
                // Still there.
            } catch (IOException e) {
                return millis;
            }
            millis = (System.nanoTime() - began) / 1_000_000;
        }
        return limitMs;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
