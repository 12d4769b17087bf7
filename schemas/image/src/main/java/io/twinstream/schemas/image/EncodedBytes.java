package io.twinstream.schemas.image;

import java.io.IOException;
import java.io.InterruptedIOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Gives encoded bytes to ImageIO without a copy. It stops a reader that keeps asking for more than there is, since some take
 * the end of a broken file for an endless row of zeros. It also stops a reader that was given up.
 */
final class EncodedBytes extends ImageInputStreamImpl {
    private static final int MOST_OVERRUNS = 64;

    private final byte[] bytes;
    private int overruns;

    EncodedBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public int read() throws IOException {
        check();
        bitOffset = 0;
        return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : end();
    }

    @Override
    public int read(byte[] target, int offset, int most) throws IOException {
        check();
        bitOffset = 0;
        if (most == 0) {
            return 0;
        }
        if (streamPos >= bytes.length) {
            return end();
        }
        int count = (int) Math.min(most, bytes.length - streamPos);
        System.arraycopy(bytes, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    private void check() throws IOException {
        checkClosed();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("its decoder was given up");
        }
    }

    private int end() throws IOException {
        if (++overruns > MOST_OVERRUNS) {
            throw new IOException("its data ends too early");
        }
        return -1;
    }
}
