package io.twinstream.deploy.acceptance.galleries;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.twinstream.deploy.acceptance.rig.Images;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/**
 * Makes as many different pictures of some drawings as anybody wants: each shifted, and from a hundred on with a block
 * inverted. It is for one thread.
 */
final class VariedDrawings {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 26, '\n'};
    private static final int SHIFTS = 11;
    private static final int BLOCK = 6;

    private final List<boolean[][]> drawings = new ArrayList<>();
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    private final byte[] deflated = new byte[1 << 16];

    VariedDrawings(Images images) throws IOException {
        for (Images.Drawing each : images.all()) {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(each.png()));
            boolean[][] white = new boolean[image.getHeight()][image.getWidth()];
            for (int y = 0; y < white.length; y++) {
                for (int x = 0; x < white[y].length; x++) {
                    white[y][x] = (image.getRGB(x, y) & 0xff) > 127;
                }
            }
            drawings.add(white);
        }
    }

    /** Returns a PNG that depends on the number alone. */
    byte[] png(int number) {
        boolean[][] drawing = drawings.get(number % drawings.size());
        int variant = number / drawings.size();
        int height = drawing.length;
        int width = drawing[0].length;
        int stride = 1 + (width + 7) / 8;
        byte[] rows = new byte[height * stride];
        int block = variant / (SHIFTS * SHIFTS);
        int blockX = block * BLOCK % (width - BLOCK);
        int blockY = block * BLOCK / (width - BLOCK) * BLOCK;
        for (int y = 0; y < height; y++) {
            int fromY = Math.floorMod(y + variant / SHIFTS % SHIFTS - SHIFTS / 2, height);
            for (int x = 0; x < width; x++) {
                int fromX = Math.floorMod(x + variant % SHIFTS - SHIFTS / 2, width);
                boolean inBlock = block > 0 && x >= blockX && x < blockX + BLOCK && y >= blockY && y < blockY + BLOCK;
                if (drawing[fromY][fromX] != inBlock) {
                    rows[y * stride + 1 + x / 8] |= (byte) (0x80 >> x % 8);
                }
            }
        }
        deflater.reset();
        deflater.setInput(rows);
        deflater.finish();
        byte[] data = Arrays.copyOf(deflated, deflater.deflate(deflated));
        byte[] header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put((byte) 1)
                .array();
        ByteBuffer png = ByteBuffer.allocate(SIGNATURE.length + 36 + header.length + data.length);
        png.put(SIGNATURE);
        chunk(png, "IHDR", header);
        chunk(png, "IDAT", data);
        chunk(png, "IEND", new byte[0]);
        return png.array();
    }

    private static void chunk(ByteBuffer png, String type, byte[] data) {
        CRC32 crc = new CRC32();
        byte[] name = type.getBytes(US_ASCII);
        crc.update(name);
        crc.update(data);
        png.putInt(data.length).put(name).put(data).putInt((int) crc.getValue());
    }
}
