package io.twinstream.ingest.folder;

import io.twinstream.schemas.files.FileKind;
import io.twinstream.schemas.files.LeftOut;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through a folder for files that the journal doesn't know and that haven't changed for a while. A file that keeps
 * changing is taken now and then as it is. Links are left out, as is whatever {@link FileKind} doesn't take for a picture, and
 * the log names them once. A look costs one attribute read for every file. For one thread.
 */
final class FolderScan {
    private static final Logger log = LoggerFactory.getLogger(FolderScan.class);

    /** Number of settle times after which a file that never settles is sent all the same. */
    private static final int PATIENCE = 10;

    private final Path folder;
    private final Path journalFile;
    private final Duration settle;
    private final LongSupplier nanoTime;
    private Map<String, Seen> unsettled = Map.of();
    private String told = "";

    FolderScan(Path folder, Path journalFile, Duration settle, LongSupplier nanoTime) {
        this.folder = folder;
        this.journalFile = journalFile.toAbsolutePath();
        this.settle = settle;
        this.nanoTime = nanoTime;
    }

    /**
     * Looks through the folder once.
     *
     * @param folders is given every folder that is looked into
     * @return the settled files, sorted by path
     */
    SortedMap<String, SettledFile> look(Journal journal, Consumer<Path> folders) throws IOException {
        Map<String, Seen> before = unsettled;
        Map<String, Seen> now = new HashMap<>();
        SortedMap<String, SettledFile> settled = new TreeMap<>();
        LeftOut leftOut = new LeftOut();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (!directory.equals(folder) && FileKind.isSystems(nameOf(directory))) {
                    leftOut.add(FileKind.SYSTEMS, path(directory));
                    return FileVisitResult.SKIP_SUBTREE;
                }
                folders.accept(directory);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toAbsolutePath().equals(journalFile)) {
                    return FileVisitResult.CONTINUE;
                }
                String path = path(file);
                FileKind kind = kind(file, attributes);
                if (kind != FileKind.PICTURE) {
                    leftOut.add(kind, path);
                    return FileVisitResult.CONTINUE;
                }
                FileStamp look = FileStamp.of(attributes);
                if (!journal.knows(path, look)) {
                    long nanos = nanoTime.getAsLong();
                    Seen seen = Seen.next(before.get(path), look, nanos);
                    boolean overdue = nanos - seen.firstNanos() >= PATIENCE * settle.toNanos();
                    if (overdue || nanos - seen.sinceNanos() >= settle.toNanos()) {
                        settled.put(path, new SettledFile(file, path, look));
                    }
                    now.put(path, overdue ? new Seen(look, seen.sinceNanos(), nanos) : seen);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (file.equals(folder)) {
                    throw failure;
                }
                // Gone since its folder was listed, or not to be entered: the next look tells.
                return FileVisitResult.CONTINUE;
            }
        });
        unsettled = now;
        tell(leftOut.line().orElse(""));
        return settled;
    }

    /** Logs at most one line a look, and none while it stays the same. */
    private void tell(String line) {
        if (!line.equals(told) && !line.isEmpty()) {
            log.info("left out of the folder {}: {}", folder, line);
        }
        told = line;
    }

    /** Returns whether the last look saw a file that the journal doesn't know, so that it is worth looking again soon. */
    boolean sawNew() {
        return !unsettled.isEmpty();
    }

    private static FileKind kind(Path file, BasicFileAttributes attributes) {
        if (attributes.isSymbolicLink() && !FileKind.isSystems(nameOf(file))) {
            return FileKind.LINK;
        }
        FileKind kind = FileKind.of(nameOf(file));
        return kind == FileKind.PICTURE && !attributes.isRegularFile() ? FileKind.OTHER : kind;
    }

    private String path(Path file) {
        return folder.relativize(file).toString().replace(File.separatorChar, '/');
    }

    private static String nameOf(Path path) {
        return path.getFileName().toString();
    }

    /**
     * This is a file that the journal doesn't know with its present stamp.
     *
     * @param sinceNanos since when the file has had this stamp
     * @param firstNanos since when the file has been waiting to be sent
     */
    private record Seen(FileStamp look, long sinceNanos, long firstNanos) {
        static Seen next(@Nullable Seen before, FileStamp look, long nanos) {
            if (before == null) {
                return new Seen(look, nanos, nanos);
            }
            return before.look().equals(look) ? before : new Seen(look, nanos, before.firstNanos());
        }
    }

    /**
     * This is a file that has stopped changing.
     *
     * @param path within the watched folder, with slashes
     */
    record SettledFile(Path file, String path, FileStamp look) {}
}
