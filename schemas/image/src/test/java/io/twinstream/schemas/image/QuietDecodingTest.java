package io.twinstream.schemas.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests in a process of its own, since libraries write to its standard error past Java. */
class QuietDecodingTest {
    @TempDir
    private Path folder;

    @Test
    void damagedPicturesLeaveNothingOnTheStandardErrorButWhatJavaWrites() throws IOException, InterruptedException {
        byte[] jpeg = JpegFile.restarting(JpegFile.photo(BufferedImage.TYPE_INT_RGB, 64, 64), 2);
        byte[] broken = JpegFile.joined(
                Arrays.copyOf(jpeg, JpegFile.find(jpeg, 0xd3)),
                Arrays.copyOfRange(jpeg, JpegFile.find(jpeg, 0xd4), jpeg.length));
        Map<String, byte[]> files = Map.of(
                "cut.jpg",
                Arrays.copyOf(jpeg, jpeg.length / 2),
                "broken.jpg",
                broken,
                "padded.jpg",
                JpegFile.inserted(jpeg, jpeg.length - 2, new byte[100]),
                "whole.jpg",
                jpeg);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Decoding.class.getName(),
                        folder.toString())
                .redirectError(errors.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();

        assertEquals(0, process.waitFor());

        // From Java 24 on the JVM warns of native code that the command line doesn't allow; the launcher allows it.
        assertEquals(
                "[DAMAGED, DAMAGED, whole, whole]",
                Files.readString(errors, StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.startsWith("SLF4J") && !line.startsWith("WARNING: "))
                        .reduce("", String::concat));
    }

    static final class Decoding {
        private Decoding() {}

        public static void main(String[] args) throws IOException {
            ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
            String[] names = {"cut.jpg", "broken.jpg", "padded.jpg", "whole.jpg"};
            String[] answers = new String[names.length];
            for (int i = 0; i < names.length; i++) {
                Decoded decoded = decoder.decode(Files.readAllBytes(Path.of(args[0], names[i])), 1);
                answers[i] = decoded instanceof Undecodable undecodable
                        ? undecodable.fault().name()
                        : "whole";
            }
            System.err.println(Arrays.toString(answers));
        }
    }
}
