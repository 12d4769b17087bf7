package io.twinstream.ingest.folder;

import java.nio.file.Path;

/**
 * A file that has stopped changing.
 *
 * @param path within the watched folder, with slashes
 */
record SettledFile(Path file, String path, FileLook look) {}
