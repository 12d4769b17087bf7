package io.twinstream.deploy.acceptance.rig;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Holds an array of bytes in the IDX format that MNIST began, compressed by gzip.
 *
 * @param sizes lengths along each dimension
 * @param values the bytes, of which the last dimension varies fastest
 */
record IdxFile(int[] sizes, byte[] values) {
    private static final int UNSIGNED_BYTES = 0x08;

    static IdxFile read(Path file) throws IOException {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file))))) {
            int magic = in.readInt();
            if (magic >> 8 != UNSIGNED_BYTES) {
                throw new IOException("%s is no IDX file of bytes".formatted(file));
            }
            int[] sizes = new int[magic & 0xff];
            int length = 1;
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = in.readInt();
                length = Math.multiplyExact(length, sizes[i]);
            }
            byte[] values = in.readNBytes(length);
            if (values.length != length) {
                throw new IOException("%s ends after %d of %d bytes".formatted(file, values.length, length));
            }
            return new IdxFile(sizes, values);
        }
    }
}
