package io.twinstream.schemas.image;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The chunks of a PNG file that its pixels depend on; text, profiles and whatever else there may be are left out. */
final class PngStructure {
    private static final int SIGNATURE_BYTES = 8;
    private static final int HEADER_BYTES = 13;
    private static final int FRAME = 12;

    private PngStructure() {}

    static byte[] essentials(byte[] file) throws ImageRefusedException {
        ByteBuffer essentials = ByteBuffer.allocate(file.length).put(file, 0, SIGNATURE_BYTES);
        PngChunks chunks = new PngChunks(file);
        boolean palette = false;
        boolean transparency = false;
        boolean more = chunks.next();
        if (chunks.type() != PngChunks.IHDR || chunks.length() != HEADER_BYTES) {
            throw PngChunks.damaged("it doesn't begin with its header");
        }
        copy(chunks, file, essentials);
        while (more) {
            more = chunks.next();
            boolean taken = switch (chunks.type()) {
                case PngChunks.IDAT -> chunks.length() > 0;
                case PngChunks.PLTE -> !palette;
                case PngChunks.TRNS -> !transparency;
                default -> !more;
            };
            palette |= chunks.type() == PngChunks.PLTE;
            transparency |= chunks.type() == PngChunks.TRNS;
            if (taken) {
                copy(chunks, file, essentials);
            }
        }
        return Arrays.copyOf(essentials.array(), essentials.position());
    }

    private static void copy(PngChunks chunks, byte[] file, ByteBuffer essentials) {
        essentials.put(file, chunks.dataStart() - FRAME + 4, chunks.length() + FRAME);
    }
}
