package io.twinstream.trainer.dataset;

import io.twinstream.schemas.files.FileKind;
import io.twinstream.schemas.files.LeftOut;
import io.twinstream.schemas.files.ZipArchive;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Tells which files are images, and lists those under a folder in the same order on every machine. */
final class ImageFiles {
    private ImageFiles() {}

    /** Lists the images under a folder at any depth, sorted by their relative names. */
    static List<Path> under(Path folder) throws IOException {
        return under(folder, new LeftOut());
    }

    /**
     * Lists the images under a folder at any depth, sorted by their relative names, and notes the systems' own files
     * and the links that aren't followed.
     */
    static List<Path> under(Path folder, LeftOut leftOut) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new DatasetException("no folder of images at %s: check the path".formatted(folder));
        }
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return !directory.equals(folder) && isLeftOut(directory)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isSymbolicLink() && !Files.isRegularFile(file)) {
                    leftOut.add(FileKind.LINK, file.toString());
                } else if (!isLeftOut(file) && isImage(relativeName(folder, file)) && Files.isRegularFile(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (isLeftOut(file)) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            private boolean isLeftOut(Path path) {
                boolean isLeftOut = FileKind.isSystems(path.getFileName().toString());
                if (isLeftOut) {
                    leftOut.add(FileKind.SYSTEMS, path.toString());
                }
                return isLeftOut;
            }
        });
        files.sort(Comparator.comparing(file -> relativeName(folder, file)));
        return files;
    }

    /** Returns the name below the folder, with {@code /} on every platform. */
    static String relativeName(Path folder, Path file) {
        return folder.relativize(file).toString().replace(File.separatorChar, '/');
    }

    /**
     * Returns the name of an archive's entry as a folder would give it; {@code tar c .} puts {@code ./} before each.
     */
    static String entryName(String name) {
        return ZipArchive.inside(name);
    }

    /** Returns whether a name below the root of a data set is an image's, and not one of the systems' own files. */
    static boolean isImage(String name) {
        return FileKind.isNamedAsPicture(name) && FileKind.of(name) == FileKind.PICTURE;
    }
}
