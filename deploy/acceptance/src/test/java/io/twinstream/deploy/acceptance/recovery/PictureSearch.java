package io.twinstream.deploy.acceptance.recovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Looks for pictures in every file of some folders: for 24 bytes out of the middle of each, so that a part is found too. */
final class PictureSearch {
    private static final int STRETCH = 24;

    private final List<Path> folders;
    private final List<String> stretches;

    PictureSearch(List<Path> folders, List<byte[]> pictures) {
        this.folders = folders;
        // As Latin 1 each byte is one character, and Java's own search can be used.
        this.stretches = pictures.stream().map(PictureSearch::middle).toList();
    }

    /** Returns how many of the pictures are in each file that holds one. */
    Map<Path, Integer> found() throws IOException {
        Map<Path, Integer> found = new TreeMap<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(Files::isRegularFile).forEach(file -> {
                    int pictures = in(file);
                    if (pictures > 0) {
                        found.put(file, pictures);
                    }
                });
            } catch (UncheckedIOException e) {
                // A broker deletes files meanwhile: whoever looks again sees the folder as it is then.
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
                return found();
            }
        }
        return found;
    }

    private int in(Path file) {
        try {
            String content = Files.readString(file, StandardCharsets.ISO_8859_1);
            return (int) stretches.stream().filter(content::contains).count();
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String middle(byte[] picture) {
        int from = (picture.length - STRETCH) / 2;
        return new String(Arrays.copyOfRange(picture, from, from + STRETCH), StandardCharsets.ISO_8859_1);
    }
}
