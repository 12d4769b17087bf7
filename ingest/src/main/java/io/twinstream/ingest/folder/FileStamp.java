package io.twinstream.ingest.folder;

import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/** This is a file's length and time of change: a file whose stamp stays the same is taken to be unchanged. */
record FileStamp(long bytes, long modifiedNanos) {
    static FileStamp of(BasicFileAttributes attributes) {
        return new FileStamp(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    }
}
