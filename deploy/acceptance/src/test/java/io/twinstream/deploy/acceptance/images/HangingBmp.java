package io.twinstream.deploy.acceptance.images;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;

/**
 * This is a decoder of BMP that stands still, whatever interrupts it, on files that carry a mark where others have zeros; others it
 * decodes as TwelveMonkeys does. Until it is closed, each reader of BMP in this process is one.
 */
final class HangingBmp extends ImageReaderSpi implements AutoCloseable {
    private static final int RESERVED = 6;
    private static final byte[] MARK = {'H', 'A', 'N', 'G'};

    private final ImageReaderSpi real;
    private final CountDownLatch end = new CountDownLatch(1);

    private HangingBmp(ImageReaderSpi real) {
        super(
                "Twinstream's checks",
                "1",
                new String[] {"bmp"},
                null,
                null,
                HangingBmp.class.getName(),
                new Class<?>[] {ImageInputStream.class},
                null,
                false,
                null,
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                null);
        this.real = real;
    }

    static HangingBmp install() {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("bmp");
        ImageReader reader = readers.next();
        while (reader.getClass().getModule() == ImageIO.class.getModule()) {
            reader = readers.next();
        }
        HangingBmp hanging = new HangingBmp(reader.getOriginatingProvider());
        IIORegistry registry = IIORegistry.getDefaultInstance();
        registry.registerServiceProvider(hanging, ImageReaderSpi.class);
        registry.setOrdering(ImageReaderSpi.class, hanging, hanging.real);
        return hanging;
    }

    static byte[] marked(byte[] bmp) {
        byte[] marked = bmp.clone();
        System.arraycopy(MARK, 0, marked, RESERVED, MARK.length);
        return marked;
    }

    /** Lets go of all that stands still. */
    @Override
    public void close() {
        end.countDown();
        IIORegistry.getDefaultInstance().deregisterServiceProvider(this, ImageReaderSpi.class);
    }

    @Override
    public boolean canDecodeInput(Object source) throws IOException {
        return real.canDecodeInput(source);
    }

    @Override
    public ImageReader createReaderInstance(Object extension) throws IOException {
        return new Reader(this, real.createReaderInstance());
    }

    @Override
    public String getDescription(Locale locale) {
        return "stands still";
    }

    private static final class Reader extends ImageReader {
        private final HangingBmp provider;
        private final ImageReader real;

        Reader(HangingBmp provider, ImageReader real) {
            super(provider);
            this.provider = provider;
            this.real = real;
        }

        @Override
        public void setInput(Object input, boolean forwardOnly, boolean ignoringMetadata) {
            super.setInput(input, forwardOnly, ignoringMetadata);
            real.setInput(input, forwardOnly, ignoringMetadata);
        }

        @Override
        public int getNumImages(boolean search) throws IOException {
            return real.getNumImages(search);
        }

        @Override
        public int getWidth(int index) throws IOException {
            return real.getWidth(index);
        }

        @Override
        public int getHeight(int index) throws IOException {
            return real.getHeight(index);
        }

        @Override
        public Iterator<ImageTypeSpecifier> getImageTypes(int index) throws IOException {
            return real.getImageTypes(index);
        }

        @Override
        public IIOMetadata getStreamMetadata() throws IOException {
            return real.getStreamMetadata();
        }

        @Override
        public IIOMetadata getImageMetadata(int index) throws IOException {
            return real.getImageMetadata(index);
        }

        @Override
        public BufferedImage read(int index, ImageReadParam param) throws IOException {
            ImageInputStream stream = (ImageInputStream) input;
            byte[] mark = new byte[MARK.length];
            stream.mark();
            stream.seek(RESERVED);
            stream.readFully(mark);
            stream.reset();
            while (Arrays.equals(mark, MARK) && provider.end.getCount() > 0) {
                try {
                    provider.end.await();
                } catch (InterruptedException e) {
                    // A decoder that stands still takes no notice.
                }
            }
            return real.read(index, param);
        }
    }
}
