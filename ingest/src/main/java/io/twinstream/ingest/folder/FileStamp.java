package io.twinstream.ingest.folder;

import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/** What a file looks like from outside: one that looks the same is taken to be the same. */
record FileStamp(long bytes, long modifiedNanos) {
    static FileStamp of(BasicFileAttributes attributes) {
        return new FileStamp(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    }
}
