package io.twinstream.trainer.foreign;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one vector from a file as {@code numpy.save} writes it: formats 1.0 to 3.0, little-endian float32 or float64, of shape
 * {@code (L,)} or {@code (1, L)} (NEP 1).
 */
final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");
    private static final Pattern VECTOR = Pattern.compile("\\s*(?:1\\s*,\\s*)?(\\d{1,7})\\s*,?\\s*");
    private static final long MOST_BYTES = 64 << 20;

    private NpyFile() {}

    /** @throws ImportException if the file holds anything else */
    static float[] vector(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new ImportException("%s has %d bytes, which is no single vector: save one vector a picture"
                    .formatted(file, Files.size(file)));
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        for (byte each : MAGIC) {
            if (!bytes.hasRemaining() || bytes.get() != each) {
                throw new ImportException("%s is no .npy file: write it by numpy.save".formatted(file));
            }
        }
        String header = header(file, bytes);
        String type = found(TYPE, header, file);
        if (!type.equals("<f4") && !type.equals("<f8")) {
            throw new ImportException("%s holds numbers of type %s%s: save them as little-endian float32 or float64"
                    .formatted(file, type, type.endsWith("f2") ? ", float16, of too few digits" : ""));
        }
        String shape = found(SHAPE, header, file);
        Matcher vector = VECTOR.matcher(shape);
        if (!vector.matches()) {
            throw new ImportException(
                    "%s has the shape (%s), and a vector has (L,) or (1, L): save one vector a picture"
                            .formatted(file, shape));
        }
        int length = Integer.parseInt(vector.group(1));
        boolean isFloat = type.equals("<f4");
        if (bytes.remaining() != (long) length * (isFloat ? Float.BYTES : Double.BYTES)) {
            throw new ImportException(
                    "%s is cut off or too long for %d numbers: save it again".formatted(file, length));
        }
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = isFloat ? bytes.getFloat() : (float) bytes.getDouble();
        }
        return values;
    }

    private static String header(Path file, ByteBuffer bytes) throws ImportException {
        int version = bytes.remaining() < 2 ? 0 : bytes.get();
        if (version < 1 || version > 3) {
            throw new ImportException("%s is of an unknown .npy format: write it by numpy.save".formatted(file));
        }
        bytes.get();
        int sizeBytes = version == 1 ? Short.BYTES : Integer.BYTES;
        long size = -1;
        if (bytes.remaining() >= sizeBytes) {
            size = version == 1 ? bytes.getShort() & 0xffff : bytes.getInt() & 0xffffffffL;
        }
        if (size < 0 || size > bytes.remaining()) {
            throw new ImportException("%s is cut off in its header: save it again".formatted(file));
        }
        byte[] header = new byte[(int) size];
        bytes.get(header);
        return new String(header, StandardCharsets.UTF_8);
    }

    private static String found(Pattern pattern, String header, Path file) throws ImportException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new ImportException("%s has a header that can't be read: write it by numpy.save".formatted(file));
        }
        return matcher.group(1);
    }
}
