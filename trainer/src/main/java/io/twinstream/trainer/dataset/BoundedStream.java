package io.twinstream.trainer.dataset;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails once more has been read of it than an archive may hold, and knows how many zeros it ended with. */
final class BoundedStream extends FilterInputStream {
    private final ArchiveLimits limits;
    private long bytes;
    private long zerosAtEnd;

    BoundedStream(InputStream in, ArchiveLimits limits) {
        super(in);
        this.limits = limits;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        if (read >= 0) {
            zerosAtEnd = read == 0 ? zerosAtEnd + 1 : 0;
            count(1);
        }
        return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        int zeros = 0;
        while (zeros < read && buffer[offset + read - 1 - zeros] == 0) {
            zeros++;
        }
        zerosAtEnd = zeros == Math.max(0, read) ? zerosAtEnd + zeros : zeros;
        count(read);
        return read;
    }

    @Override
    public long skip(long wanted) throws IOException {
        long skipped = super.skip(wanted);
        count(skipped);
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Zero bytes at the end of what has been read. */
    long zerosAtEnd() {
        return zerosAtEnd;
    }

    private void count(long read) throws DatasetException {
        bytes += Math.max(0, read);
        limits.checkBytes(bytes);
    }
}
