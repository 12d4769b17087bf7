package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.rig.Command;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * This is a file system of its own, in memory, that is filled to its last byte and file, and emptied again. It needs the rights to
 * mount one.
 */
final class SmallDisk {
    private static final int FILES = 2_000;
    private static final long LOOK_NANOS = 20_000_000;

    private final Path path;
    private final Path ballast;
    private volatile boolean full;
    private CompletableFuture<Void> filling = CompletableFuture.completedFuture(null);

    private SmallDisk(Path path) {
        this.path = path;
        this.ballast = path.resolve("ballast");
    }

    /** @param size as mount has it, {@code 64m} */
    static SmallDisk mount(Path path, String size) throws IOException, InterruptedException {
        Files.createDirectories(path);
        Command.run(
                "mount", "-t", "tmpfs", "-o", "size=%s,nr_inodes=%d".formatted(size, FILES), "tmpfs", path.toString());
        return new SmallDisk(path);
    }

    Path path() {
        return path;
    }

    /** Fills the disk, returns when it is full, and keeps it so, whatever is deleted there. */
    void fill() throws IOException {
        Files.createDirectories(ballast);
        full = true;
        press();
        filling = CompletableFuture.runAsync(() -> {
            while (full) {
                press();
                LockSupport.parkNanos(LOOK_NANOS);
            }
        });
    }

    void empty() throws IOException, InterruptedException {
        full = false;
        filling.join();
        Command.run("rm", "-rf", ballast.toString());
    }

    void unmount() throws IOException, InterruptedException {
        Command.run("umount", "-l", path.toString());
    }

    private void press() {
        byte[] piece = new byte[4096];
        try (OutputStream out =
                Files.newOutputStream(ballast.resolve("bytes"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (full) {
                out.write(piece);
            }
        } catch (IOException e) {
            // Full of bytes. Now of files:
        }
        try {
            while (full) {
                Files.createTempFile(ballast, "file", "");
            }
        } catch (IOException e) {
            // Full of files.
        }
    }
}
