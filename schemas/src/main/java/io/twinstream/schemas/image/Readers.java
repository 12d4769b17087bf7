package io.twinstream.schemas.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The readers of ImageIO that decode, by the class of each: which of two for a format comes first is chance. */
enum Readers {
    JPEG("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi"),
    GIF("com.sun.imageio.plugins.gif.GIFImageReaderSpi"),
    PNG("com.sun.imageio.plugins.png.PNGImageReaderSpi"),
    BMP("com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi"),
    WEBP("com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi"),
    TIFF("com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi");

    private final String provider;

    Readers(String provider) {
        this.provider = provider;
    }

    /** A new one, to be disposed of. */
    ImageReader reader() {
        Iterator<ImageReaderSpi> providers =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
        while (providers.hasNext()) {
            ImageReaderSpi each = providers.next();
            if (each.getClass().getName().equals(provider)) {
                try {
                    return each.createReaderInstance();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        throw new IllegalStateException("%s is missing on the class path".formatted(provider));
    }
}
