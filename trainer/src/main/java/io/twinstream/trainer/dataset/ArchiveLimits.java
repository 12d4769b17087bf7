package io.twinstream.trainer.dataset;

/**
 * What an archive may turn out to hold before it is taken for a bomb.
 *
 * @param maxBytes of all that is decompressed
 * @param maxEntries files, folders and links together
 */
record ArchiveLimits(long maxBytes, int maxEntries) {
    /** 64 GiB and 10 million entries: more than a heap holds as pictures. */
    static final ArchiveLimits DEFAULT = new ArchiveLimits(64L << 30, 10_000_000);

    /** Throws if there are too many. */
    void checkEntries(long entries) throws DatasetException {
        if (entries > maxEntries) {
            throw new DatasetException("it has more than %d entries: split it".formatted(maxEntries));
        }
    }

    /** Throws if there are too many. */
    void checkBytes(long bytes) throws DatasetException {
        if (bytes > maxBytes) {
            throw new DatasetException("it holds more than %d bytes decompressed: split it".formatted(maxBytes));
        }
    }
}
