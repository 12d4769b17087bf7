package io.twinstream.ingest.folder;

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

/**
 * Looks through a folder for files that the journal doesn't know and that have looked the same for a while. Takes no
 * links and nothing whose name begins with a dot. For one thread; a look costs one attribute read for every file.
 */
final class FolderScan {
    private final Path folder;
    private final Path journalFile;
    private final Duration settle;
    private final LongSupplier nanoTime;
    private Map<String, Seen> unsettled = Map.of();

    FolderScan(Path folder, Path journalFile, Duration settle, LongSupplier nanoTime) {
        this.folder = folder;
        this.journalFile = journalFile.toAbsolutePath();
        this.settle = settle;
        this.nanoTime = nanoTime;
    }

    /**
     * Looks once.
     *
     * @param folders is told of every folder that is looked into
     * @return the settled files, by path
     */
    SortedMap<String, SettledFile> look(Journal journal, Consumer<Path> folders) throws IOException {
        Map<String, Seen> before = unsettled;
        Map<String, Seen> now = new HashMap<>();
        SortedMap<String, SettledFile> settled = new TreeMap<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (!directory.equals(folder) && isHidden(directory)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                folders.accept(directory);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!attributes.isRegularFile()
                        || isHidden(file)
                        || file.toAbsolutePath().equals(journalFile)) {
                    return FileVisitResult.CONTINUE;
                }
                String path = folder.relativize(file).toString().replace(File.separatorChar, '/');
                FileLook look = FileLook.of(attributes);
                if (!journal.knows(path, look)) {
                    Seen seen = Seen.next(before.get(path), look, nanoTime.getAsLong());
                    now.put(path, seen);
                    if (nanoTime.getAsLong() - seen.sinceNanos() >= settle.toNanos()) {
                        settled.put(path, new SettledFile(file, path, look));
                    }
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
        return settled;
    }

    /** Whether the last look saw a file that the journal doesn't know: it is worth looking again soon. */
    boolean sawNew() {
        return !unsettled.isEmpty();
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    private record Seen(FileLook look, long sinceNanos) {
        static Seen next(@Nullable Seen before, FileLook look, long nanos) {
            return before != null && before.look().equals(look) ? before : new Seen(look, nanos);
        }
    }
}
