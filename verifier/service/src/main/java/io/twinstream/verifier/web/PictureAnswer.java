package io.twinstream.verifier.web;

import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpStatus;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.image.ImageType;
import io.twinstream.schemas.text.Sha256;

/**
 * A picture answer sends a picture. Its bytes come from anybody, so no browser may take them for anything but a picture
 * of the type that they begin as.
 */
final class PictureAnswer {
    /** This is the caching of a picture at a place where nothing else ever will be. */
    static final String FOR_GOOD = "private, max-age=3600, immutable";

    /** This is the caching of a picture that may be replaced or erased. */
    static final String ASK_AGAIN = "private, no-cache";

    /** This is the type of bytes that begin as no known picture, which a browser saves as a file and never shows. */
    private static final String UNKNOWN = "application/octet-stream";

    private PictureAnswer() {}

    static void send(Context ctx, byte[] picture, String caching) {
        String tag = "\"%s\"".formatted(Sha256.of(picture));
        ctx.header(Header.CACHE_CONTROL, caching)
                .header(Header.ETAG, tag)
                .header(Header.CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
        if (tag.equals(ctx.header(Header.IF_NONE_MATCH))) {
            ctx.status(HttpStatus.NOT_MODIFIED);
            return;
        }
        String type = type(picture);
        if (type.equals(UNKNOWN)) {
            ctx.header(Header.CONTENT_DISPOSITION, "attachment");
        }
        ctx.contentType(type).result(picture);
    }

    private static String type(byte[] picture) {
        try {
            return ImageType.of(picture).mediaType();
        } catch (ImageRefusedException e) {
            return UNKNOWN;
        }
    }
}
