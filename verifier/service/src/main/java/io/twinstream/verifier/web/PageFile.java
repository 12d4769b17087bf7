package io.twinstream.verifier.web;

import io.twinstream.schemas.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A file of the page, held in memory.
 *
 * @param type media type, with the charset
 * @param tag entity tag, by which a browser asks whether its copy is the same
 */
record PageFile(byte[] bytes, String type, String tag) {

    /** @throws IllegalStateException if the build lacks the resource */
    static PageFile of(String resource) {
        try (InputStream in = PageFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the build lacks " + resource);
            }
            byte[] bytes = in.readAllBytes();
            return new PageFile(bytes, typeOf(resource), '"' + Sha256.of(bytes) + '"');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String typeOf(String resource) {
        String extension = resource.substring(resource.lastIndexOf('.') + 1);
        return switch (extension) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalStateException("no media type is known for " + resource);
        };
    }
}
