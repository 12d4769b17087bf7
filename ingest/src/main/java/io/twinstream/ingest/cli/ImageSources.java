package io.twinstream.ingest.cli;

import io.twinstream.ingest.publish.InvalidRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files, folders with all that is in them, and zip archives, as one sequence of images in the order of their names. What
 * begins with a dot is left out below what was named; links to folders are not followed there. Holds one folder's names
 * at a time and no image.
 */
public final class ImageSources {
    private final List<Path> paths;

    private ImageSources(List<Path> paths) {
        this.paths = List.copyOf(paths);
    }

    /**
     * The sources in the order given.
     *
     * @throws InvalidRequestException if there is none, or one doesn't exist
     */
    public static ImageSources of(List<Path> paths) {
        if (paths.isEmpty()) {
            throw new InvalidRequestException("name at least one file, folder or zip archive");
        }
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new InvalidRequestException("no such file or folder: " + path);
            }
        }
        return new ImageSources(paths);
    }

    /** How many images there are; reads names only. */
    public long count() throws IOException {
        long[] count = new long[1];
        try {
            walk(new Walk() {
                @Override
                public boolean file(Path file) {
                    count[0]++;
                    return true;
                }

                @Override
                public boolean zip(ZipSource zip) {
                    count[0] += zip.count();
                    return true;
                }
            });
        } catch (InterruptedException e) {
            throw new AssertionError("counting does not wait", e);
        }
        return count[0];
    }

    /** Shows the visitor each image, until it wants no more. */
    public void forEach(ImageVisitor visitor) throws IOException, InterruptedException {
        walk(new Walk() {
            @Override
            public boolean file(Path file) throws InterruptedException {
                return visitor.visit(new NamedImage(file.toString(), folderOf(file), () -> Files.newInputStream(file)));
            }

            @Override
            public boolean zip(ZipSource zip) throws InterruptedException {
                return zip.forEach(visitor);
            }
        });
    }

    private void walk(Walk walk) throws IOException, InterruptedException {
        for (Path path : paths) {
            if (!step(path, walk, Files.isDirectory(path))) {
                return;
            }
        }
    }

    private static boolean step(Path path, Walk walk, boolean isFolder) throws IOException, InterruptedException {
        if (!isFolder) {
            return ZipSource.isZip(path) ? walk.zip(new ZipSource(path)) : walk.file(path);
        }
        for (Path child : children(path)) {
            boolean isFolderItself = Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS);
            if ((isFolderItself || Files.isRegularFile(child)) && !step(child, walk, isFolderItself)) {
                return false;
            }
        }
        return true;
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> !child.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String folderOf(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return folder == null || folder.getFileName() == null
                ? ""
                : folder.getFileName().toString();
    }

    private interface Walk {
        boolean file(Path file) throws InterruptedException;

        boolean zip(ZipSource zip) throws InterruptedException;
    }
}
