package io.twinstream.schemas.topic;

/**
 * The headers of a record whose pictures ingest has made smaller, each UTF-8 text: {@code bytes=B width=W height=H sha256=S} of the file
 * that came. The verdict on a probe carries them too.
 */
public final class ShrunkHeaders {
    private static final String PREFIX = "twinstream.shrunk.";

    /** Of the record's picture. */
    public static final String IMAGE = of("image");

    /** Of what a pair's picture is compared with. */
    public static final String REFERENCE = of("reference");

    private ShrunkHeaders() {}

    /** Of a record's picture by its name: {@code image} or {@code reference}. */
    public static String of(String picture) {
        return PREFIX + picture;
    }
}
