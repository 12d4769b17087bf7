package io.twinstream.schemas.http;

import io.javalin.http.ServiceUnavailableResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * Reads the bodies of requests into memory, all of them together within a bound: past it, a request is answered with 503 at once.
 * What a request claims to send takes no room before it came. For many threads.
 */
public final class BodyRoom {
    private static final int FIRST_BYTES = 64 << 10;
    /** Beside bodies a heap has to hold what is decoded of them, and what waits for the broker. */
    private static final int SHARE_OF_HEAP = 8;

    private final Semaphore free;

    BodyRoom(int bytes) {
        this.free = new Semaphore(bytes);
    }

    /**
     * Room in an eighth of the heap, or for one request of the largest, if that is more.
     *
     * @param largestBytes of one request
     */
    public static BodyRoom forRequestsOf(int largestBytes) {
        long share = Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
        return new BodyRoom((int) Math.min(Integer.MAX_VALUE, Math.max(share, largestBytes)));
    }

    /**
     * Reads a body to its end, or one byte further than the bound.
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

    /** A body in memory, whose room is given back when it is closed. For one thread. */
    public final class Body implements AutoCloseable {
        private byte[] bytes = new byte[0];
        private int length;
        private int taken;

        private Body() {}

        /** Not to be changed. */
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

        /** Returns false at the end of the input. */
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
