package io.twinstream.schemas.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * Lists the readers of ImageIO that decode. Where both Java and TwelveMonkeys have one, it says which is used, since their
 * order is chance.
 */
enum ImageioReader {
    GIF(true),
    JPEG(true),
    BMP(false),
    TIFF(false),
    WEBP(false);

    private final boolean ofJava;

    ImageioReader(boolean ofJava) {
        this.ofJava = ofJava;
    }

    /** Returns a new reader, which the caller disposes of. */
    ImageReader reader() {
        String format = name().toLowerCase(Locale.ROOT);
        Iterator<ImageReaderSpi> providers =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
        while (providers.hasNext()) {
            ImageReaderSpi each = providers.next();
            boolean javas = each.getClass().getModule() == ImageIO.class.getModule();
            if (javas == ofJava && Arrays.asList(each.getFormatNames()).contains(format)) {
                try {
                    return each.createReaderInstance();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        throw new IllegalStateException("no reader of %s is on the class path".formatted(name()));
    }
}
