package io.twinstream.schemas.http;

import io.javalin.http.ServiceUnavailableResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * Reads the bodies of requests into memory, all of them together within a bound; past it, a request is answered with 503 at
 * once. A claimed length takes no room before its bytes have come. For many threads.
 */
public final class BodyRoom {
    private static final int FIRST_BYTES = 64 << 10;
    /**
     * Share of the heap that bodies may take; the rest has to hold the decoded images and the records that wait for the
     * broker.
     */
    private static final int SHARE_OF_HEAP = 8;

    private final Semaphore free;

    BodyRoom(int bytes) {
        this.free = new Semaphore(bytes);
    }

    /**
     * Makes room in an eighth of the heap, or for one request of the largest size if that is more.
     *
     * @param largestBytes bytes of the largest request
     */
    public static BodyRoom forRequestsOf(int largestBytes) {
        long share = Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
        return new BodyRoom((int) Math.min(Integer.MAX_VALUE, Math.max(share, largestBytes)));
    }

    /**
     * Reads a body to its end, or one byte past the bound.
     *
     * @throws ServiceUnavailableResponse if there is no room left
     */
    public Body read(HttpServletRequest request, int mostBytes) throws IOException {
        long claimed = request.getContentLengthLong();
        int end = (int) Math.min(mostBytes + 1L, claimed < 0 ? Integer.MAX_VALUE : Math.max(claimed, 1));
        Body body = new Body();
        try {
            InputStream in = request.getInputStream();
            body.grow(Math.min(FIRST_BYTES, end));
            while (body.fill(in) && body.bytes.length < end) {
                body.grow((int) Math.min(end, 2L * body.bytes.length));
            }
            body.trim();
            return body;
        } catch (IOException | RuntimeException e) {
            body.close();
            throw e;
        }
    }

    /** Holds a body in memory; its room is given back when this is closed. For one thread. */
    public final class Body implements AutoCloseable {
        private byte[] bytes = new byte[0];
        private int length;
        private int taken;

        private Body() {}

        /** Returns the body's bytes, which must not be changed. */
        public byte[] bytes() {
            return bytes;
        }

        private void grow(int size) {
            if (!free.tryAcquire(size - taken)) {
                throw new ServiceUnavailableResponse("too many large requests are being read: try again");
            }
            taken = size;
            bytes = Arrays.copyOf(bytes, size);
        }

        /** Reads on. Returns false at the end of the input. */
        private boolean fill(InputStream in) throws IOException {
            length += in.readNBytes(bytes, length, bytes.length - length);
            return length == bytes.length;
        }

        private void trim() {
            if (length < bytes.length) {
                bytes = Arrays.copyOf(bytes, length);
            }
        }

        @Override
        public void close() {
            free.release(taken);
            taken = 0;
        }
    }
}
