package io.twinstream.schemas.topic;

/**
 * Names the headers of a record whose pictures ingest has made smaller. Each describes the file that came, as UTF-8 text:
 * {@code bytes=B width=W height=H sha256=S}. The verdict on a probe carries them too.
 */
public final class ShrunkHeaders {
    private static final String PREFIX = "twinstream.shrunk.";

    /** This is the header of the record's picture. */
    public static final String IMAGE = of("image");

    /** This is the header of the picture that a pair is compared with. */
    public static final String REFERENCE = of("reference");

    private ShrunkHeaders() {}

    /** Returns the header of a record's picture by its name: {@code image} or {@code reference}. */
    public static String of(String picture) {
        return PREFIX + picture;
    }
}
