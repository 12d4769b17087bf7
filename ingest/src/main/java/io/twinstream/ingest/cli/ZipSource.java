package io.twinstream.ingest.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The entries of a zip archive, by name. Extracts nothing to the disk; an archive that can't be opened is one image that
 * can't be read.
 */
record ZipSource(Path archive) {
    static boolean isZip(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".zip");
    }

    /** Returns false if the visitor wants no more. */
    boolean forEach(ImageVisitor visitor) throws InterruptedException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : images(zip)) {
                String name = archive + "!" + entry.getName();
                if (!visitor.visit(new NamedImage(name, folder(entry), () -> zip.getInputStream(entry)))) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return visitor.visit(new NamedImage(archive.toString(), "", () -> {
                throw e;
            }));
        }
    }

    long count() {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            return images(zip).size();
        } catch (IOException e) {
            return 1;
        }
    }

    private static List<? extends ZipEntry> images(ZipFile zip) {
        return zip.stream()
                .filter(entry -> !entry.isDirectory() && !isHidden(entry.getName()))
                .sorted(Comparator.comparing(ZipEntry::getName))
                .toList();
    }

    /** Where a step of the path begins with a dot, or macOS has put what only it reads. */
    private static boolean isHidden(String name) {
        return name.startsWith(".") || name.contains("/.") || name.startsWith("__MACOSX/");
    }

    private String folder(ZipEntry entry) {
        String name = entry.getName();
        int end = name.lastIndexOf('/');
        if (end > 0) {
            return name.substring(name.lastIndexOf('/', end - 1) + 1, end);
        }
        String file = archive.getFileName().toString();
        return file.substring(0, file.length() - ".zip".length());
    }
}
