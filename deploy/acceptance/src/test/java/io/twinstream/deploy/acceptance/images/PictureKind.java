package io.twinstream.deploy.acceptance.images;

import io.twinstream.deploy.acceptance.images.PictureSources.Form;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * This is a kind of valid picture, and says how one is made: by a line of shell of a foreign program, or by an edit alone, which
 * then begins with no bytes.
 *
 * @param recipe line of shell that reads {@code $in} and writes {@code $out}; it knows quality {@code $q} of 30 to 100, the
 * number {@code $i}, width {@code $w}, height {@code $h}, {@code $o}, one of the options by turns, and {@code $t}, the start of
 * names that are free; empty for none
 * @param judge line of shell that writes the right picture of {@code $out} as PNM; it knows {@code $ground}, what lies behind
 * transparent parts, and {@code $orientation}, of EXIF, for a number of turns 1 to 8
 */
record PictureKind(
        String name, String extension, Form form, String recipe, List<String> options, Edit edit, String judge) {
    /** Changes a file. */
    interface Edit {
        byte[] of(byte[] file, Source source) throws Exception;
    }

    /** Holds what a picture is made of. */
    record Source(BufferedImage picture, int number) {}

    static final String DJPEG = "djpeg -pnm $out";
    /** ImageMagick's names of EXIF's orientations, 0 to 8. */
    static final List<String> ORIENTATIONS = List.of(
            "Undefined",
            "TopLeft",
            "TopRight",
            "BottomRight",
            "BottomLeft",
            "LeftTop",
            "RightTop",
            "RightBottom",
            "LeftBottom");

    /** Judge of files that djpeg warns of, and decodes whole. */
    static final String DJPEG_WARNED = "djpeg -pnm $out || [ $? -eq 2 ]";

    static final String MAGICK =
            "$convert \"$out[0]\" +repage -auto-orient -background $ground -alpha remove -depth 8 ppm:-";
    /** ImageMagick 6 reads EXIF of JPEG and TIFF only. */
    static final String TURNED =
            "$convert \"$out[0]\" -orient $orientation -auto-orient -background $ground -alpha remove -depth 8 ppm:-";

    static final String CMYK = "$convert \"$out[0]\" -auto-orient -colorspace sRGB -depth 8 ppm:-";
    static final String CANVAS = "$convert \"$out[0]\" -auto-orient -background $ground -flatten -depth 8 ppm:-";
    static final String NO_ALPHA = "$convert \"$out[0]\" -alpha off -depth 8 ppm:-";

    static PictureKind of(String name, String extension, Form form, String recipe) {
        String judge = extension.equals("jpg") ? DJPEG : MAGICK;
        return new PictureKind(name, extension, form, recipe, List.of(""), (file, source) -> file, judge);
    }

    PictureKind with(String... options) {
        return new PictureKind(name, extension, form, recipe, List.of(options), edit, judge);
    }

    /** Returns this kind with an edit behind those that it has. */
    PictureKind then(Edit next) {
        Edit both = (file, source) -> next.of(edit.of(file, source), source);
        return new PictureKind(name, extension, form, recipe, options, both, judge);
    }

    PictureKind judgedBy(String line) {
        return new PictureKind(name, extension, form, recipe, options, edit, line);
    }

    String ground() {
        return form == Form.LIGHT_INK ? "black" : "white";
    }
}
