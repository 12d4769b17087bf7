package io.twinstream.schemas.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ImageTypeTest {
    static Stream<Arguments> foreign() {
        return Stream.of(
                Arguments.of("\0\0\0\030ftypheic\0\0\0\0mif1", "HEIC: convert it to JPEG or PNG"),
                Arguments.of("\0\0\0\030ftypmif1\0\0\0\0heic", "HEIF: convert it to JPEG or PNG"),
                Arguments.of("\0\0\0\034ftypavif\0\0\0\0", "AVIF: convert it to JPEG or PNG"),
                Arguments.of("\0\0\0\034ftypisom\0\0\2\0", "a video (MP4): send a frame of it as JPEG or PNG"),
                Arguments.of("\0\0\0\034ftypcrx \0\0\0\0", "a camera's raw file (CR3): convert it to JPEG or PNG"),
                Arguments.of("II*\0\020\0\0\0CR\2\0", "a camera's raw file (CR2): convert it to JPEG or PNG"),
                Arguments.of("\0\0\0\014JXL \r\n\u0087\n", "JPEG XL: convert it to JPEG or PNG"),
                Arguments.of("\u00ff\n\0\0", "JPEG XL: convert it to JPEG or PNG"),
                Arguments.of("\0\0\0\014jP  \r\n\u0087\n", "JPEG 2000: convert it to JPEG or PNG"),
                Arguments.of("%PDF-1.7", "PDF: send its pages as JPEG or PNG"),
                Arguments.of("8BPS\0\1", "PSD: convert it to JPEG or PNG"),
                Arguments.of("\0\0\1\0\1\0", "an icon (ICO): convert it to JPEG or PNG"),
                Arguments.of("<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG: convert it to JPEG or PNG"),
                Arguments.of("\u00ef\u00bb\u00bf<?xml version='1.0'?>\n<svg/>", "SVG: convert it to JPEG or PNG"),
                Arguments.of("\n<!DOCTYPE html><html/>", "HTML: send the picture itself"),
                Arguments.of("{\n  \"image\": \"iVBORw0KGgo\"}", "JSON: send the picture itself"),
                Arguments.of("[{\"image\": 1}]", "JSON: send the picture itself"),
                Arguments.of("data:image/png;base64,iVBORw0KGgo=", "a data: URL, base64: decode it first"),
                Arguments.of("https://example.org/a.png", "a URL: send the picture itself"),
                Arguments.of("PK\3\4\0\0", "a zip archive: unpack it and send the pictures in it"),
                Arguments.of("\u001f\u008b\10\0", "packed with gzip: unpack them first"),
                Arguments.of("RIFF\0\0\0\0AVI LIST", "a video (AVI): send a frame of it as JPEG or PNG"));
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void whatIsNotTakenIsNamedWithTheMend(String start, String said) {
        assertEquals("the bytes are " + said, refusal(start.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void base64OfAPictureIsNamed() {
        byte[] jpeg = TestImages.encode("jpeg", TestImages.draw(BufferedImage.TYPE_BYTE_GRAY, 20, 20));

        assertEquals(
                "the bytes are base64: decode it first",
                refusal(Base64.getEncoder().encode(jpeg)));
        assertEquals(
                "the bytes are base64: decode it first",
                refusal(Base64.getMimeEncoder().encode(jpeg)));
    }

    @Test
    void anyOtherBytesAreNoImage() {
        Random random = new Random(4);
        for (int i = 0; i < 1_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (noise.length > 0) {
                noise[0] = 'x';
            }

            assertEquals("the bytes are no PNG, JPEG, BMP, GIF, WebP or TIFF image", refusal(noise));
        }
    }

    private static String refusal(byte[] encoded) {
        ImageRefusedException refused = assertThrows(ImageRefusedException.class, () -> ImageType.of(encoded));
        assertEquals(ImageFault.UNKNOWN_TYPE, refused.fault());
        return refused.reason();
    }
}
