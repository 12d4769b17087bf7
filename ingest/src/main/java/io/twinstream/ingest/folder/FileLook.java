package io.twinstream.ingest.folder;

import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/** What a file looks like from outside: one that looks the same is taken to be the same. */
record FileLook(long bytes, long modifiedNanos) {
    static FileLook of(BasicFileAttributes attributes) {
        return new FileLook(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    }
}
