package io.twinstream.ingest.bulk;

import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.schemas.files.FileKind;
import io.twinstream.schemas.files.LeftOut;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lists the images in files, in folders with all their subfolders, and in zip archives, as one sequence in the order of their
 * names. Below a named folder it leaves out links to folders and whatever {@link FileKind} doesn't take for a picture. It
 * holds one folder's names at a time and no image.
 */
public final class ImageSources {
    private final List<Path> paths;

    private ImageSources(List<Path> paths) {
        this.paths = List.copyOf(paths);
    }

    /**
     * Makes the sources of these paths, kept in the order given.
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

    /** Counts the images; only names are read. */
    public long count() throws IOException {
        long[] count = new long[1];
        try {
            forEach(image -> {
                count[0]++;
                return true;
            });
        } catch (InterruptedException e) {
            throw new AssertionError("counting does not wait", e);
        }
        return count[0];
    }

    /** Shows the visitor each image until it wants no more, and returns what was left out. */
    public LeftOut forEach(Visitor visitor) throws IOException, InterruptedException {
        LeftOut leftOut = new LeftOut();
        for (Path path : paths) {
            boolean isFolder = Files.isDirectory(path);
            Path named = path.toAbsolutePath().normalize();
            Path above = isFolder ? named : named.getParent();
            List<String> steps = ZipSource.isZip(named) && !isFolder ? List.of() : List.of(nameOf(above));
            if (!step(path, steps, isFolder, visitor, leftOut)) {
                break;
            }
        }
        return leftOut;
    }

    private static boolean step(Path path, List<String> above, boolean isFolder, Visitor visitor, LeftOut leftOut)
            throws IOException, InterruptedException {
        if (!isFolder && ZipSource.isZip(path)) {
            return new ZipSource(path, with(above, ZipSource.stem(path))).forEach(visitor, leftOut);
        }
        if (!isFolder) {
            List<String> steps = with(above, path.getFileName().toString());
            return visitor.visit(new NamedImage(path.toString(), steps, () -> Files.newInputStream(path)));
        }
        for (Path child : children(path)) {
            boolean isFolderItself = Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS);
            FileKind kind = kind(child, isFolderItself);
            if (kind != FileKind.PICTURE) {
                leftOut.add(kind, child.toString());
            } else if (!step(
                    child,
                    isFolderItself ? with(above, child.getFileName().toString()) : above,
                    isFolderItself,
                    visitor,
                    leftOut)) {
                return false;
            }
        }
        return true;
    }

    private static FileKind kind(Path child, boolean isFolderItself) {
        String name = child.getFileName().toString();
        if (isFolderItself || Files.isRegularFile(child)) {
            return isFolderItself && !FileKind.isSystems(name) ? FileKind.PICTURE : FileKind.of(name);
        }
        return FileKind.isSystems(name)
                ? FileKind.SYSTEMS
                : Files.isSymbolicLink(child) ? FileKind.LINK : FileKind.OTHER;
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static List<String> with(List<String> above, String step) {
        List<String> steps = new ArrayList<>(above);
        steps.add(step);
        return steps;
    }

    private static String nameOf(@Nullable Path folder) {
        return folder == null || folder.getFileName() == null
                ? ""
                : folder.getFileName().toString();
    }

    /** Takes the images one after another. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes an image, which can be read until this returns. Returns false to see no more. */
        boolean visit(NamedImage image) throws InterruptedException;
    }
}
