package io.twinstream.trainer.dataset;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kinds of archive that are read, known by the ends of their names. */
enum ArchiveType {
    ZIP("\\.zip"),
    TAR("\\.tar"),
    TAR_GZ("\\.tar\\.gz|\\.tgz"),
    TAR_XZ("\\.tar\\.xz|\\.txz");

    private final String ends;

    ArchiveType(String ends) {
        this.ends = ends;
    }

    static Optional<ArchiveType> of(Path file) {
        Path last = file.getFileName();
        String name = last == null ? "" : last.toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(type -> name.matches(".*(" + type.ends + ")"))
                .findFirst();
    }
}
