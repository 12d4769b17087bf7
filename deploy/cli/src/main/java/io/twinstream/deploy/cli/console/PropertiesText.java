package io.twinstream.deploy.cli.console;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** The text of a properties file: UTF-8, with a byte order mark or without. */
public final class PropertiesText {
    private static final char MARK = '\ufeff';

    private PropertiesText() {}

    /**
     * Decodes a file.
     *
     * @throws IllegalArgumentException with the line that is no UTF-8
     */
    public static String of(byte[] bytes) {
        if (startsWith(bytes, 0xfe, 0xff) || startsWith(bytes, 0xff, 0xfe)) {
            throw new IllegalArgumentException("it is UTF-16: save it as UTF-8");
        }
        // In UTF-16 without a mark every other byte of a key is 0.
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == 0) {
                throw new IllegalArgumentException(
                        "line %d holds a zero byte, as UTF-16 does: save it as UTF-8".formatted(line(bytes, at)));
            }
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw new IllegalArgumentException(
                    "line %d is no UTF-8: save it as UTF-8".formatted(line(bytes, in.position())));
        }
        String text = out.flip().toString();
        return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
    }

    private static boolean startsWith(byte[] bytes, int first, int second) {
        return bytes.length > 1 && (bytes[0] & 0xff) == first && (bytes[1] & 0xff) == second;
    }

    /** From 1; a line ends as in properties files, with LF, CR or both. */
    private static int line(byte[] bytes, int at) {
        int line = 1;
        for (int i = 0; i < at; i++) {
            if (bytes[i] == '\n' ? i == 0 || bytes[i - 1] != '\r' : bytes[i] == '\r') {
                line++;
            }
        }
        return line;
    }
}
