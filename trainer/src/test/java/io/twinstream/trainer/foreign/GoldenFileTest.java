package io.twinstream.trainer.foreign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoldenFileTest {
    private static final String GOOD = "{\"image\": \"a.png\", \"embedding\": [0.5, -1, 2e-1]}\n";

    @TempDir
    Path folder;

    @BeforeEach
    void draw() throws IOException {
        ImageIO.write(
                Colours.picture(1, 1, 20, 10), "png", folder.resolve("a.png").toFile());
    }

    @Test
    void linesOfJsonNamePicturesFromTheirOwnFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("golden.jsonl"), GOOD + "\n" + GOOD);

        List<GoldenPicture> golden = GoldenFile.read(file, 3, 3);

        assertEquals(2, golden.size());
        assertArrayEquals(new float[] {0.5f, -1, 0.2f}, golden.get(1).vector());
        assertEquals(20, golden.get(0).picture().width());
    }

    @ParameterizedTest
    @CsvSource({"1,<f4,'(3,)'", "2,<f4,'(1, 3)'", "3,<f8,'(3,)'"})
    void aFolderHoldsVectorsBesideTheirPictures(int version, String type, String shape) throws IOException {
        Files.write(folder.resolve("a.npy"), npy(version, type, shape, 0.5, -1, 0.2));
        Files.copy(folder.resolve("a.png"), folder.resolve("without.png"));

        List<GoldenPicture> golden = GoldenFile.read(folder, 3, 3);

        assertEquals(1, golden.size());
        assertEquals("a.png", golden.get(0).name());
        assertArrayEquals(new float[] {0.5f, -1, 0.2f}, golden.get(0).vector());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"image\": |golden.jsonl line 2 is no JSON",
                "[1, 2]|golden.jsonl line 2 has no image or no embedding",
                "{\"image\": \"a.png\", \"embedding\": [1, null, 2]}|line 2 has an embedding whose number 2 is none",
                "{\"image\": \"b.png\", \"embedding\": [1, 2, 3]}|line 2 names the image b.png, which isn't there",
                "{\"image\": \"a.png\", \"embedding\": [1, 2]}|line 2 has 2 numbers, and the model gives 3",
                "{\"image\": \"a.png\", \"embedding\": [0, 0, 0]}|line 2 has a vector of zeros",
                "{\"image\": \"a.png\", \"embedding\": [1, NaN, 3]}|line 2 has a vector of zeros, or of numbers that aren't finite",
                "{\"image\": \"golden.jsonl\", \"embedding\": [1, 2, 3]}|can't be decoded"
            })
    void aWrongLineIsToldByItsNumber(String line, String told) throws IOException {
        Path file = Files.writeString(folder.resolve("golden.jsonl"), GOOD + line);

        assertRefused(told, file);
    }

    @Test
    void wrongFilesOfVectorsAreTold() throws IOException {
        Path npy = folder.resolve("a.npy");
        Files.write(npy, npy(1, ">f4", "(3,)", 1, 2, 3));
        assertRefused("holds numbers of type >f4: save them as little-endian", folder);
        Files.write(npy, npy(1, "<f2", "(3,)", 1, 2, 3));
        assertRefused("holds numbers of type <f2, float16, of too few digits: save them as little-endian", folder);
        Files.write(npy, npy(1, "<f4", "(2, 3)", 1, 2, 3, 4, 5, 6));
        assertRefused("has the shape (2, 3)", folder);
        Files.write(npy, npy(1, "<f4", "(4,)", 1, 2, 3));
        assertRefused("is cut off or too long for 4 numbers", folder);
        Files.write(npy, npy(9, "<f4", "(3,)", 1, 2, 3));
        assertRefused("is of an unknown .npy format", folder);
        Files.write(npy, new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) 255});
        assertRefused("is cut off in its header", folder);
        Files.writeString(npy, "text");
        assertRefused("is no .npy file", folder);
        assertRefused("holds vectors without pictures: name the folder", npy);
        Files.move(npy, folder.resolve("b.npy"));
        assertRefused("has 0 pictures of its name beside it", folder);
        Files.delete(folder.resolve("b.npy"));
        assertRefused("holds no golden vectors", folder);
        assertRefused("no golden vectors at", folder.resolve("none"));
    }

    private static void assertRefused(String told, Path golden) {
        ImportException refused = assertThrows(ImportException.class, () -> GoldenFile.read(golden, 3, 3));

        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains(told), message);
        assertEquals(1, message.lines().count(), message);
    }

    /** Writes a vector as numpy.save does. */
    static byte[] npy(int version, String type, String shape, double... values) throws IOException {
        String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n".formatted(type, shape);
        ByteBuffer bytes =
                ByteBuffer.allocate(12 + header.length() + 8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) version)
                .put((byte) 0);
        if (version == 1) {
            bytes.putShort((short) header.length());
        } else {
            bytes.putInt(header.length());
        }
        bytes.put(header.getBytes(StandardCharsets.US_ASCII));
        for (double value : values) {
            if (type.endsWith("4")) {
                bytes.putFloat((float) value);
            } else {
                bytes.putDouble(value);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes.array(), 0, bytes.position());
        return out.toByteArray();
    }
}
