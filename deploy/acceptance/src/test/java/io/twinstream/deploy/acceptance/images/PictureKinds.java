package io.twinstream.deploy.acceptance.images;

import static io.twinstream.deploy.acceptance.images.PictureEdits.chunk;
import static io.twinstream.deploy.acceptance.images.PictureEdits.exif;
import static io.twinstream.deploy.acceptance.images.PictureEdits.joined;
import static io.twinstream.deploy.acceptance.images.PictureEdits.profile;
import static io.twinstream.deploy.acceptance.images.PictureEdits.segment;
import static io.twinstream.deploy.acceptance.images.PictureKind.CANVAS;
import static io.twinstream.deploy.acceptance.images.PictureKind.CMYK;
import static io.twinstream.deploy.acceptance.images.PictureKind.DJPEG_WARNED;
import static io.twinstream.deploy.acceptance.images.PictureKind.MAGICK;
import static io.twinstream.deploy.acceptance.images.PictureKind.NO_ALPHA;
import static io.twinstream.deploy.acceptance.images.PictureKind.TURNED;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.twinstream.deploy.acceptance.images.PictureKind.Edit;
import io.twinstream.deploy.acceptance.images.PictureSources.Form;
import java.util.ArrayList;
import java.util.List;

/** Holds the table of {@link PictureKind}s. */
final class PictureKinds {
    private static final String[] SAMPLINGS = {"1x1", "2x1", "1x2", "2x2", "4x1", "1x4", "2x2,1x2,1x1", "2x1,1x1,2x1"};
    /** Options of tiffcp for layouts: strips and tiles, orders of bytes and bits, planes, BigTIFF. */
    private static final String[] LAYOUTS = {
        "-L -r 1",
        "-B -r 7",
        "-L -r 100000",
        "-B -r 100000",
        "-L -t -w 16 -l 16",
        "-B -t -w 64 -l 32",
        "-L -8 -r 16",
        "-B -8 -t -w 128 -l 128",
        "-L -f lsb2msb -r 16",
        "-B -f lsb2msb -r 8"
    };

    /** Options for layouts of JPEG, whose strips hold whole blocks. */
    private static final String[] BLOCK_LAYOUTS = {
        "-L -r 16", "-B -r 32", "-L -r 100000", "-L -t -w 16 -l 16", "-B -t -w 64 -l 32", "-B -8 -t -w 128 -l 128"
    };

    private static final String[] FILTERS = {
        "-define png:compression-filter=0",
        "-define png:compression-filter=5 -quality 95",
        "-define png:compression-filter=4",
        "-define png:compression-filter=3 -quality 10",
        "-define png:compression-filter=2"
    };

    private static final String FFMPEG = "ffmpeg -nostdin -v error -threads 1 -i $in ";

    private final List<PictureKind> kinds = new ArrayList<>();

    private PictureKinds() {}

    static List<PictureKind> all() {
        PictureKinds table = new PictureKinds();
        table.cjpeg();
        table.jpegtran();
        table.otherJpegWriters();
        table.fourComponents();
        table.editedJpegs();
        table.pngs();
        table.editedPngs();
        table.tiffs();
        table.otherTiffWriters();
        table.webps();
        table.gifs();
        table.bmps();
        return table.kinds;
    }

    private PictureKind add(PictureKind kind) {
        kinds.add(kind);
        return kind;
    }

    private void jpeg(String name, Form form, String recipe, String... options) {
        add(PictureKind.of("JPEG " + name, "jpg", form, recipe)
                .with(options.length == 0 ? new String[] {""} : options));
    }

    private void cjpeg() {
        String cjpeg = "cjpeg -quality $q $o ";
        for (String sampling : SAMPLINGS) {
            jpeg(
                    "cjpeg, sampling " + sampling,
                    Form.COLOR,
                    cjpeg + "-sample " + sampling + " $in >$out",
                    "",
                    "-optimize",
                    "-restart 1",
                    "-restart 3B",
                    "-dct fast");
            jpeg(
                    "cjpeg progressive, sampling " + sampling,
                    Form.COLOR,
                    cjpeg + "-progressive -sample " + sampling + " $in >$out",
                    "",
                    "-restart 1",
                    "-restart 5B");
            jpeg(
                    "cjpeg arithmetic, sampling " + sampling,
                    Form.COLOR,
                    cjpeg + "-arithmetic -sample " + sampling + " $in >$out",
                    "",
                    "-progressive",
                    "-restart 1",
                    "-progressive -restart 2B");
        }
        jpeg("cjpeg gray", Form.GRAY, cjpeg + "$in >$out", "", "-optimize", "-progressive", "-arithmetic", "-baseline");
        jpeg("cjpeg gray of a coloured one", Form.COLOR, cjpeg + "-grayscale $in >$out", "", "-progressive");
        jpeg("cjpeg gray, sampling 2x2", Form.GRAY, cjpeg + "-sample 2x2 $in >$out", "", "-progressive", "-restart 1B");
        jpeg("cjpeg RGB", Form.COLOR, cjpeg + "-rgb $in >$out", "", "-progressive", "-arithmetic", "-restart 1");
        // A restart marker behind every so many blocks, from 1 on; 65535 is the most.
        for (String coding : List.of("", "-progressive", "-arithmetic", "-arithmetic -progressive")) {
            jpeg(
                    "cjpeg %s, every restart interval, gray".formatted(coding),
                    Form.GRAY,
                    cjpeg + coding + " -restart $((1 + $i % 40))B $in >$out");
            jpeg(
                    "cjpeg %s, every restart interval".formatted(coding),
                    Form.COLOR,
                    cjpeg + coding + " -restart $((1 + $i % 40))B $in >$out",
                    "",
                    "-sample 1x1");
        }
        jpeg(
                "cjpeg, long restart intervals",
                Form.COLOR,
                cjpeg + "$in >$out",
                "-restart 100B",
                "-restart 1000B",
                "-restart 65535B",
                "-restart 9");
        jpeg(
                "cjpeg, a scan for each component",
                Form.COLOR,
                "printf '0;\\n1;\\n2;\\n' >$t.scans; " + cjpeg + "-scans $t.scans $in >$out",
                "",
                "-restart 1",
                "-sample 1x1",
                "-arithmetic",
                "-sample 2x1");
        jpeg(
                "cjpeg, qualities for each component",
                Form.COLOR,
                "cjpeg -quality $q,40,95 $o $in >$out",
                "",
                "-sample 1x1");
        jpeg("cjpeg with a comment", Form.COLOR, cjpeg + "$in | wrjpgcom -comment 'by nobody' >$out");
        jpeg("cjpeg of few colours", Form.GRAY, "cjpeg -quality 30 $o $in >$out", "-restart 1B", "-optimize", "");
    }

    private void jpegtran() {
        for (Form form : List.of(Form.GRAY, Form.COLOR)) {
            for (String way : List.of(
                    "-progressive",
                    "-arithmetic",
                    "-optimize",
                    "-restart 1B",
                    "-rotate 90 -trim",
                    "-transpose",
                    "-flip horizontal -trim",
                    "-crop 48x40+8+16")) {
                jpeg(
                        "jpegtran %s, %s".formatted(way, form),
                        form,
                        "cjpeg -quality $q $o $in | jpegtran -copy all " + way + " >$out",
                        "",
                        "-progressive",
                        "-restart 2");
            }
        }
        jpeg(
                "jpegtran -grayscale",
                Form.COLOR,
                "cjpeg -quality $q $o $in | jpegtran -grayscale >$out",
                "",
                "-sample 1x1",
                "-progressive");
    }

    private void otherJpegWriters() {
        for (Form form : List.of(Form.GRAY, Form.COLOR)) {
            jpeg(
                    "ImageMagick, " + form,
                    form,
                    "$convert $in -quality $q $o $out",
                    "-sampling-factor 4:2:0",
                    "-sampling-factor 4:4:4",
                    "-interlace JPEG",
                    "-sampling-factor 4:1:1",
                    "-define jpeg:optimize-coding=false",
                    "-sampling-factor 4:2:2");
            for (boolean progressive : new boolean[] {false, true}) {
                add(PictureKind.of(
                                "JPEG by Java%s, %s".formatted(progressive ? " progressive" : "", form),
                                "jpg",
                                form,
                                "")
                        .then((file, source) -> JavaPictures.jpeg(source, form, progressive, 0)));
            }
            add(PictureKind.of("JPEG by Java with restart markers, " + form, "jpg", form, "")
                    .then((file, source) -> JavaPictures.jpeg(source, form, false, 1 + source.number() % 30)));
        }
        jpeg("ImageMagick RGB", Form.COLOR, "$convert $in -colorspace RGB -set colorspace sRGB -quality $q $out");
        for (String pixels : List.of("yuvj420p", "yuvj422p", "yuvj444p")) {
            jpeg(
                    "ffmpeg MJPEG " + pixels,
                    Form.COLOR,
                    FFMPEG + "-pix_fmt " + pixels
                            + " -c:v mjpeg -q:v $((1 + (100 - $q) / 5)) $o -f image2 -update 1 $out",
                    "-huffman default",
                    "-huffman optimal");
            add(PictureKind.of(
                            "JPEG: MJPEG frame without tables, " + pixels,
                            "jpg",
                            Form.COLOR,
                            FFMPEG + "-pix_fmt " + pixels
                                    + " -c:v mjpeg -huffman default -q:v $((1 + (100 - $q) / 5)) -f image2 -update 1 $out")
                    .then((file, source) -> PictureEdits.withoutTables(file)));
        }
        add(PictureKind.of(
                        "JPEG: AVI1 frame without tables",
                        "jpg",
                        Form.COLOR,
                        "cjpeg -quality $q -baseline $o $in >$out")
                .with("-sample 2x1", "-sample 2x2", "-restart 1", "-sample 1x1")
                .then((file, source) -> PictureEdits.withoutTables(PictureEdits.withoutSegments(file, 0xe0)))
                .then((file, source) -> PictureEdits.inserted(
                        file, 2, segment(0xe0, "AVI1\0\0\0\0\0\0\0\0\0\0".getBytes(ISO_8859_1)))));
        add(PictureKind.of("JPEG gray without tables", "jpg", Form.GRAY, "cjpeg -quality $q -baseline $o $in >$out")
                .with("", "-restart 4B")
                .then((file, source) -> PictureEdits.withoutTables(file)));
    }

    private void fourComponents() {
        for (String way : List.of("", "-progressive", "-arithmetic", "-restart 3B")) {
            add(PictureKind.of(
                            "JPEG CMYK by ImageMagick, jpegtran " + way,
                            "jpg",
                            Form.COLOR,
                            "$convert $in -colorspace CMYK -quality $q $o jpg:- | jpegtran -copy all " + way + " >$out")
                    .with("-sampling-factor 1x1", "-sampling-factor 2x2")
                    .judgedBy(CMYK));
            add(PictureKind.of("JPEG YCCK by Java, jpegtran " + way, "jpg", Form.COLOR, "")
                    .then((file, source) -> JavaPictures.ycck(source))
                    .then((file, source) -> way.isEmpty() ? file : JavaPictures.pipe(file, "jpegtran -copy all " + way))
                    .judgedBy(CMYK));
        }
    }

    /** Adds an edit of a coloured and of a gray picture. */
    private void edited(String name, Edit edit) {
        for (Form form : List.of(Form.GRAY, Form.COLOR)) {
            add(PictureKind.of("JPEG %s, %s".formatted(name, form), "jpg", form, "cjpeg -quality $q $o $in >$out")
                    .with("", "-progressive", "-restart 1", "-sample 1x1")
                    .then(edit)
                    .judgedBy(DJPEG_WARNED));
        }
    }

    private void editedJpegs() {
        edited("without end", (file, source) -> PictureEdits.withoutEnd(file));
        edited(
                "without end, with a trailer",
                (file, source) ->
                        joined(PictureEdits.withoutEnd(file), new byte[] {0, 0, 0x44, 0x48, 0x41, 0x56, 0, 1}));
        edited("without end, zeros behind", (file, source) -> joined(PictureEdits.withoutEnd(file), new byte[4096]));
        edited("with a trailer", (file, source) -> PictureEdits.withTrailer(file));
        edited(
                "with a film behind",
                (file, source) -> joined(file, "\0\0\0\u0018ftypmp42".getBytes(ISO_8859_1), new byte[60_000]));
        edited(
                "with a second picture",
                (file, source) -> PictureEdits.withSecondPicture(file, JavaPictures.jpeg(source, Form.GRAY, false, 0)));
        edited("with itself behind", (file, source) -> joined(file, file));
        edited("with a short comment", (file, source) -> PictureEdits.withShortComment(file));
        edited("with fill bytes", (file, source) -> PictureEdits.withFillBytes(file, 1 + source.number() % 5));
        edited("with long segments", (file, source) -> PictureEdits.withLongSegments(file, 1 + source.number() % 8));
        edited("without JFIF", (file, source) -> PictureEdits.withoutSegments(file, 0xe0));
        edited(
                "with JFIF's thumbnail",
                (file, source) -> PictureEdits.withSegments(
                        file, segment(0xe0, "JFXX\0\u0013\u0010\u0010".getBytes(ISO_8859_1), new byte[768])));
        edited("with a density of 0", (file, source) -> {
            file[13] = 2;
            file[14] = file[15] = file[16] = file[17] = 0;
            return file;
        });
        edited(
                "with EXIF, which holds a thumbnail",
                (file, source) -> PictureEdits.withExif(file, joined(exif(1, true), JavaPictures.thumbnail(source))));
        edited(
                "with a broken EXIF",
                (file, source) -> PictureEdits.withExif(file, "MM\0*\0\0\0\u00ff\u00ff\u00ff".getBytes(ISO_8859_1)));
        for (Form form : List.of(Form.GRAY, Form.COLOR)) {
            for (boolean bigEndian : new boolean[] {false, true}) {
                add(PictureKind.of(
                                "JPEG EXIF %s, every orientation, %s".formatted(bigEndian ? "MM" : "II", form),
                                "jpg",
                                form,
                                "cjpeg -quality $q $o $in >$out")
                        .with("", "-progressive", "-restart 1")
                        .then((file, source) -> PictureEdits.withExif(
                                PictureEdits.withoutSegments(file, 0xe0), exif(1 + source.number() % 8, bigEndian)))
                        .judgedBy("$convert $out -auto-orient -depth 8 ppm:-"));
            }
            add(PictureKind.of("JPEG with an ICC profile, " + form, "jpg", form, "cjpeg -quality $q $o $in >$out")
                    .with("", "-progressive", form == Form.GRAY ? "-optimize" : "-rgb")
                    .then((file, source) ->
                            PictureEdits.withProfile(file, profile(form == Form.GRAY), 1 + source.number() % 3)));
        }
        for (String ids : List.of("\0\1\2", "\1\"3", "\5\6\7")) {
            add(PictureKind.of(
                            "JPEG without JFIF, component ids %d %d %d"
                                    .formatted((int) ids.charAt(0), (int) ids.charAt(1), (int) ids.charAt(2)),
                            "jpg",
                            Form.COLOR,
                            "cjpeg -quality $q $o $in >$out")
                    .with("", "-progressive", "-sample 1x1")
                    .then((file, source) ->
                            PictureEdits.withComponents(PictureEdits.withoutSegments(file, 0xe0), ids)));
        }
        add(PictureKind.of(
                        "JPEG RGB by its component ids alone", "jpg", Form.COLOR, "cjpeg -quality $q -rgb $o $in >$out")
                .with("", "-progressive")
                .then((file, source) -> PictureEdits.withComponents(
                        PictureEdits.withoutSegments(PictureEdits.withoutSegments(file, 0xee), 0xe0), "RGB")));
        add(PictureKind.of("JPEG of an extended frame", "jpg", Form.COLOR, "cjpeg -quality $q $o $in >$out")
                .with("", "-sample 1x1")
                .then((file, source) -> {
                    file[PictureEdits.frame(file) + 1] = (byte) 0xc1;
                    return file;
                }));
    }

    private void png(int type, int bits, Form form, String how) {
        for (boolean interlaced : new boolean[] {false, true}) {
            // ImageMagick gives a palette more bits than it needs.
            String recipe = type == 3
                    ? "$convert $in %s ppm:- | pnmtopng $o %s >$out 2>/dev/null"
                            .formatted(how, interlaced ? "-interlace" : "")
                    : "$convert $in %s %s $o -define png:color-type=%d -define png:bit-depth=%d $out"
                            .formatted(how, interlaced ? "-interlace PNG" : "", type, bits);
            add(PictureKind.of(
                            "PNG type %d of %d bits%s".formatted(type, bits, interlaced ? ", interlaced" : ""),
                            "png",
                            form,
                            recipe)
                    .with(type == 3 ? new String[] {"", "-nofilter", "-paeth"} : FILTERS)
                    .then((file, source) -> {
                        if (file[24] != bits || file[25] != type || file[28] == 1 != interlaced) {
                            throw new IllegalStateException(
                                    "made %d bits, type %d, interlaced %d".formatted(file[24], file[25], file[28]));
                        }
                        return file;
                    }));
        }
    }

    private void pngs() {
        png(0, 1, Form.BILEVEL, "");
        png(0, 2, Form.GRAY, "-dither None -posterize 4 -depth 2");
        png(0, 4, Form.GRAY, "-dither None -posterize 16 -depth 4");
        png(0, 8, Form.GRAY, "");
        png(0, 16, Form.GRAY16, "");
        png(2, 8, Form.COLOR, "");
        png(2, 16, Form.COLOR16, "");
        png(3, 1, Form.BILEVEL, "pgm:- | pgmtoppm '#203080-#f0f0c0' | $convert -");
        png(3, 2, Form.COLOR, "-dither None -colors 4");
        png(3, 4, Form.COLOR, "-dither None -colors 16");
        png(3, 8, Form.COLOR, "-dither None -colors 200");
        png(4, 8, Form.DARK_INK, "-colorspace Gray");
        png(6, 8, Form.DARK_INK, "");
        png(4, 16, Form.SOFT_INK, "-colorspace Gray -depth 16");
        png(6, 16, Form.SOFT_INK, "-depth 16");
        for (Form form : List.of(Form.DARK_INK, Form.LIGHT_INK, Form.SOFT_INK)) {
            for (String pixels : List.of("rgba", "ya8", "rgba64be", "ya16be")) {
                add(PictureKind.of(
                                "PNG by ffmpeg %s, %s".formatted(pixels, form),
                                "png",
                                form,
                                FFMPEG + "-pix_fmt " + pixels + " $o $out")
                        .with("-pred none", "-pred sub", "-pred up", "-pred avg", "-pred paeth", "-pred mixed"));
            }
            add(PictureKind.of(
                    "PNG palette with tRNS, " + form, "png", form, "$convert $in -dither None -colors 100 png8:$out"));
        }
        for (String pixels : List.of("gray", "monob", "pal8", "rgb24", "rgb48be", "gray16be")) {
            add(PictureKind.of("PNG by ffmpeg " + pixels, "png", Form.COLOR, FFMPEG + "-pix_fmt " + pixels + " $o $out")
                    .with("-pred none", "-pred mixed", "-pred paeth"));
        }
        add(PictureKind.of("PNG by pnmtopng", "png", Form.COLOR, "pnmtopng $o $in >$out 2>/dev/null")
                .with("", "-interlace", "-gamma 0.45", "-background white", "-nofilter"));
        for (int bits : new int[] {1, 2, 4, 8}) {
            add(PictureKind.of(
                            "PNG gray of %d bits with tRNS".formatted(bits),
                            "png",
                            Form.GRAY,
                            "$convert $in -dither None -posterize %d -define png:color-type=0 -define png:bit-depth=%d $o $out"
                                    .formatted(1 << bits, bits))
                    .with("", "-interlace PNG")
                    .then((file, source) ->
                            PictureEdits.withChunk(file, "IDAT", "tRNS", new byte[] {0, (byte) ((1 << bits) - 1)})));
        }
        add(PictureKind.of(
                        "PNG gray of 16 bits with tRNS",
                        "png",
                        Form.BILEVEL,
                        "$convert $in -define png:color-type=0 -define png:bit-depth=16 $out")
                .then((file, source) -> PictureEdits.withChunk(file, "IDAT", "tRNS", new byte[] {-1, -1})));
        for (int bits : new int[] {8, 16}) {
            add(PictureKind.of(
                            "PNG RGB of %d bits with tRNS".formatted(bits),
                            "png",
                            Form.BILEVEL,
                            "$convert $in -define png:color-type=2 -define png:bit-depth=%d $o $out".formatted(bits))
                    .with("", "-interlace PNG")
                    .then((file, source) -> PictureEdits.withChunk(
                            file,
                            "IDAT",
                            "tRNS",
                            bits == 8 ? new byte[] {0, -1, 0, -1, 0, -1} : new byte[] {-1, -1, -1, -1, -1, -1})));
        }
        add(PictureKind.of(
                "PNG animated",
                "png",
                Form.COLOR,
                "ffmpeg -nostdin -v error -i $in -vf loop=3:1,hue=h=n*90 -frames:v 3 -f apng -plays 0 $out"));
    }

    private void editedPng(String name, Edit edit) {
        editedPng(name, edit, MAGICK);
    }

    private void editedPng(String name, Edit edit, String judge) {
        add(PictureKind.of("PNG " + name, "png", Form.GRAY, "$convert $in $o $out")
                .with("", "-interlace PNG", "-colors 16", "-define png:bit-depth=16")
                .then(edit)
                .judgedBy(judge));
        add(PictureKind.of("PNG coloured " + name, "png", Form.COLOR, "$convert $in $o $out")
                .with("", "-interlace PNG")
                .then(edit)
                .judgedBy(judge));
    }

    private void editedPngs() {
        editedPng(
                "with eXIf, every orientation",
                (file, source) -> PictureEdits.withChunk(
                        file, "IDAT", "eXIf", exif(1 + source.number() % 8, source.number() % 3 == 0)),
                TURNED);
        editedPng(
                "with eXIf behind the pixels",
                (file, source) -> PictureEdits.withChunk(file, "IEND", "eXIf", exif(1 + source.number() % 8, true)),
                TURNED);
        editedPng("with data split", (file, source) -> PictureEdits.withDataSplit(file, 1 + source.number() % 100));
        editedPng("with a trailer", (file, source) -> PictureEdits.withTrailer(file));
        editedPng("with a wrong checksum of text", (file, source) -> {
            byte[] text = chunk("tEXt", "Title\0drawing".getBytes(ISO_8859_1));
            text[text.length - 1]++;
            return PictureEdits.inserted(file, PictureEdits.find(file, "IDAT"), text);
        });
        editedPng("with private chunks", (file, source) -> PictureEdits.withChunk(file, "IDAT", "vpAg", new byte[9]));
        editedPng(
                "with an ICC profile",
                (file, source) -> PictureEdits.withChunk(
                        PictureEdits.withoutColorChunks(file),
                        "IDAT",
                        "iCCP",
                        joined("p\0\0".getBytes(ISO_8859_1), JavaPictures.deflated(profile(file[25] == 0)))));
    }

    private void tiffs() {
        tiffcp(
                "gray",
                Form.GRAY,
                "",
                "none",
                "lzw",
                "lzw:2",
                "zip",
                "zip:2:p9",
                "packbits",
                "lzma",
                "lzma:2",
                "zstd",
                "zstd:2",
                "jpeg:90");
        tiffcp(
                "colour",
                Form.COLOR,
                "",
                "none",
                "lzw",
                "lzw:2",
                "zip",
                "zip:2",
                "packbits",
                "lzma",
                "zstd",
                "zstd:2",
                "webp",
                "jpeg:90",
                "jpeg:r:90");
        tiffcp("palette", Form.COLOR, "-dither None -colors 100 -type Palette", "none", "lzw", "zip", "packbits");
        tiffcp(
                "palette of 4 bits",
                Form.COLOR,
                "-dither None -colors 16 -type Palette -depth 4",
                "none",
                "lzw",
                "zip",
                "packbits");
        tiffcp("gray of 16 bits", Form.GRAY16, "", "none", "lzw:2", "zip:2", "packbits", "zstd", "lzma");
        tiffcp("colour of 16 bits", Form.COLOR16, "", "none", "lzw:2", "zip:2", "packbits");
        tiffcp("gray of 4 bits", Form.GRAY, "-depth 4", "none", "lzw", "zip", "packbits");
        tiffcp("gray of 2 bits", Form.GRAY, "-depth 2", "none", "lzw", "zip", "packbits");
        tiffcp(
                "bilevel",
                Form.BILEVEL,
                "",
                "none",
                "lzw",
                "zip",
                "packbits",
                "g3:1d",
                "g3:2d",
                "g3:1d:fill",
                "g3:2d:fill",
                "g4",
                "lzma",
                "zstd");
        tiffcp("white is 0", Form.GRAY, "-define quantum:polarity=min-is-white", "none", "lzw", "zip", "packbits");
        tiffcp(
                "bilevel, black is 0",
                Form.BILEVEL,
                "-define quantum:polarity=min-is-black",
                "none",
                "g3:1d",
                "g3:2d",
                "g4",
                "packbits");
        tiffcp("CMYK", Form.COLOR, "-colorspace CMYK", "none", "lzw", "lzw:2", "zip", "packbits");
        tiffcp("CMYK of 16 bits", Form.COLOR, "-colorspace CMYK -depth 16", "none", "lzw", "zip");
        for (Form form : List.of(Form.DARK_INK, Form.LIGHT_INK, Form.SOFT_INK)) {
            for (String alpha : List.of("associated", "unassociated")) {
                tiffcp(
                        "alpha %s, %s".formatted(alpha, form),
                        form,
                        "-define tiff:alpha=" + alpha,
                        "none",
                        "lzw:2",
                        "zip");
            }
        }
    }

    /** Adds each compression in every layout by turns, in interleaved and in separate planes. */
    private void tiffcp(String name, Form form, String how, String... compressions) {
        for (String compression : compressions) {
            // WebP takes interleaved samples only, and so do JPEG's of YCbCr.
            List<String> planes = form == Form.BILEVEL
                            || form == Form.GRAY
                            || form == Form.GRAY16
                            || how.contains("-depth 16")
                            || form == Form.COLOR16
                            || how.contains("Palette")
                            || compression.equals("webp")
                            || compression.startsWith("jpeg")
                    ? List.of("contig")
                    : List.of("contig", "separate");
            for (String plane : planes) {
                add(PictureKind.of(
                                "TIFF %s %s, %s planes".formatted(name, compression, plane),
                                "tif",
                                form,
                                "$convert $in %s -compress None $t.base.tif && tiffcp $o -p %s -c %s $t.base.tif $out"
                                        .formatted(how, plane, compression))
                        .with(compression.startsWith("jpeg") ? BLOCK_LAYOUTS : LAYOUTS)
                        .judgedBy(judge(name, plane)));
            }
        }
    }

    /** Returns the judge of a kind; ImageMagick 6 takes alpha in a plane of its own for something else. */
    private static String judge(String name, String plane) {
        boolean misread = name.startsWith("alpha") && plane.equals("separate");
        String judge = name.startsWith("CMYK") ? CMYK : MAGICK;
        return misread ? judge.replace("$out[0]", "$t.base.tif") : judge;
    }

    private void tiff(String name, Form form, String recipe, String... options) {
        add(PictureKind.of("TIFF " + name, "tif", form, recipe)
                .with(options.length == 0 ? new String[] {""} : options));
    }

    private void otherTiffWriters() {
        String[] orders = {
            "-endian MSB",
            "-endian LSB",
            "-define tiff:rows-per-strip=3",
            "-define tiff:tile-geometry=32x32",
            "-define tiff:fill-order=lsb"
        };
        for (String compression : List.of("None", "LZW", "Zip", "RLE", "JPEG", "LZMA", "WebP", "ZSTD")) {
            tiff(
                    "by ImageMagick " + compression,
                    Form.COLOR,
                    "$convert $in -quality $q -compress " + compression + " $o $out",
                    orders);
        }
        for (String compression : List.of("Fax", "Group4")) {
            tiff(
                    "by ImageMagick " + compression,
                    Form.BILEVEL,
                    "$convert $in -compress " + compression + " $o $out",
                    orders);
        }
        tiff("by ImageMagick JPEG gray", Form.GRAY, "$convert $in -quality $q -compress JPEG $o $out", orders);
        tiff("BigTIFF by ImageMagick", Form.COLOR, "$convert $in -compress Zip $o tiff64:$out", orders);
        tiff(
                "of float samples",
                Form.COLOR,
                "$convert $in -depth 32 -define quantum:format=floating-point -compress $o $out",
                "Zip",
                "LZW");
        tiff("of 32 bits", Form.COLOR16, "$convert $in -depth 32 -compress $o $out", "None", "Zip", "LZW");
        tiff("of Lab", Form.COLOR, "$convert $in -colorspace Lab -compress $o $out", "None", "Zip", "LZW");
        tiff(
                "of several pages",
                Form.COLOR,
                "$convert $in \\( +clone -negate -resize 50%% \\) -compress $o $out".replace("%%", "%"),
                "None",
                "Zip",
                "LZW",
                "JPEG");
        tiff("pyramid", Form.COLOR, "$convert $in -compress $o ptif:$out", "None", "Zip", "JPEG");
        add(PictureKind.of(
                        "TIFF at a place on its page",
                        "tif",
                        Form.COLOR,
                        "$convert $in -repage 4000x4000+30+40 -density 72 -units PixelsPerInch $out")
                .judgedBy(MAGICK));
        for (String compression : List.of("None", "Zip", "Group4")) {
            tiff(
                    "of every orientation, " + compression,
                    compression.equals("Group4") ? Form.BILEVEL : Form.GRAY,
                    "$convert $in -orient $o -compress " + compression + " $out",
                    "TopLeft",
                    "TopRight",
                    "BottomRight",
                    "BottomLeft",
                    "LeftTop",
                    "RightTop",
                    "RightBottom",
                    "LeftBottom");
        }
        add(PictureKind.of(
                        "TIFF without byte counts",
                        "tif",
                        Form.GRAY,
                        "$convert $in -compress None -define tiff:rows-per-strip=100000 $t.base.tif && cp $t.base.tif $out && tiffset -u 279 $out 2>/dev/null")
                // ImageMagick refuses it.
                .judgedBy("$convert $t.base.tif -depth 8 ppm:-"));
        for (Form form : List.of(Form.COLOR, Form.COLOR16, Form.DARK_INK)) {
            tiff(
                    "by ImageMagick in separate planes, " + form,
                    form,
                    "$convert $in -interlace plane -compress $o $out",
                    "None",
                    "LZW",
                    "Zip");
        }
        tiff(
                "by ppm2tiff",
                Form.COLOR,
                "ppm2tiff $o $in $out",
                "-c none",
                "-c lzw",
                "-c zip",
                "-c packbits",
                "-c jpeg",
                "-r 5");
        for (String way : List.of("-4", "-3 -1", "-3 -2", "-3 -2 -B", "-4 -L", "-c")) {
            tiff(
                    "by fax2tiff " + way,
                    Form.BILEVEL,
                    "$convert $in fax:$t.g3 && fax2tiff -M -X $w %s -o $out $t.g3 2>/dev/null".formatted(way));
        }
        tiff(
                "by tiffdither",
                Form.GRAY,
                "$convert $in -compress None $t.base.tif && tiffdither $o $t.base.tif $out",
                "-c none",
                "-c lzw",
                "-c zip",
                "-c packbits",
                "-c g3",
                "-c g4");
        tiff(
                "by ffmpeg",
                Form.COLOR,
                FFMPEG + "-pix_fmt $o -compression_algo deflate $out",
                "rgb24",
                "gray",
                "pal8",
                "rgb48le",
                "gray16le",
                "monow",
                "monob");
        // ImageMagick takes neither its subsampling nor its reference black into account; libtiff does.
        add(PictureKind.of(
                        "TIFF of YCbCr by ffmpeg",
                        "tif",
                        Form.COLOR,
                        FFMPEG + "-pix_fmt $o -compression_algo deflate $out")
                .with("yuv420p", "yuv444p", "yuv411p", "yuv422p")
                .judgedBy("tiff2rgba -c none -n $out $t.rgba.tif && $convert $t.rgba.tif -alpha off -depth 8 ppm:-"));
        tiff("by ffmpeg raw", Form.COLOR, FFMPEG + "-compression_algo $o $out", "raw", "lzw", "packbits");
        tiff(
                "with an ICC profile",
                Form.COLOR,
                "$convert $in +profile icc -profile $profile -compress $o $out",
                "None",
                "Zip");
    }

    private void webps() {
        for (Form form : List.of(Form.COLOR, Form.DARK_INK, Form.LIGHT_INK, Form.SOFT_INK)) {
            add(PictureKind.of("WebP cwebp lossy, " + form, "webp", form, "cwebp -quiet -q $q $o $in -o $out")
                    .with(
                            "-m 4",
                            "-m 0 -alpha_q 50",
                            "-m 6 -sns 80",
                            "-sharp_yuv",
                            "-segments 1 -f 0",
                            "-partition_limit 50",
                            "-alpha_method 0",
                            "-pass 3 -strong"));
            add(PictureKind.of("WebP cwebp lossless, " + form, "webp", form, "cwebp -quiet -lossless $o $in -o $out")
                    .with("-z 0", "-z 6", "-z 9", "-exact", "-near_lossless 40"));
            add(PictureKind.of("WebP by ImageMagick, " + form, "webp", form, "$convert $in -quality $q $o $out")
                    .with(
                            "",
                            "-define webp:lossless=true",
                            "-define webp:alpha-compression=0",
                            "-define webp:method=0"));
        }
        add(PictureKind.of("WebP gray", "webp", Form.GRAY, "$convert $in $t.png && cwebp -quiet $o $t.png -o $out")
                .with("-q 40", "-q 90", "-lossless"));
        add(PictureKind.of(
                        "WebP animated by img2webp",
                        "webp",
                        Form.COLOR,
                        "$convert $in $t.1.png && $convert $in -negate $t.2.png && img2webp $o $t.1.png $t.2.png -o $out >/dev/null 2>&1")
                .with("-lossless -d 90", "-lossy -q 80", "-mixed -q 60", "-min_size -lossy -q 75"));
        add(PictureKind.of(
                        "WebP animated by gif2webp",
                        "webp",
                        Form.COLOR,
                        "$convert $in -colors 64 \\( +clone -negate \\) $t.gif && gif2webp -quiet $o $t.gif -o $out")
                .with("", "-lossy -q 80", "-mixed"));
        add(PictureKind.of(
                        "WebP animated by ffmpeg",
                        "webp",
                        Form.COLOR,
                        "ffmpeg -nostdin -v error -i $in -vf loop=3:1,hue=h=n*90 -frames:v 3 $o $out")
                .with("-c:v libwebp_anim -lossless 1", "-c:v libwebp_anim -quality 80"));
        add(
                PictureKind.of(
                                "WebP animated, first frame in a corner",
                                "webp",
                                Form.COLOR,
                                "cwebp -quiet $o $in -o $t.1.webp && webpmux -frame $t.1.webp +100+20+30+1-b -frame $t.1.webp +100+0+0+1-b -loop 0 -bgcolor 255,255,255,255 -o $out")
                        .with("-q 80", "-lossless")
                        // ImageMagick lays such a frame on black.
                        .judgedBy(
                                "$convert $t.1.webp -repage $(($w + 20))x$(($h + 30))+20+30 -background white -flatten -depth 8 ppm:-"));
        add(PictureKind.of("WebP with EXIF, every orientation", "webp", Form.COLOR, "cwebp -quiet $o $in -o $out")
                .with("-q 80", "-lossless")
                .then((file, source) -> JavaPictures.withWebpChunks(
                        file, source.picture(), false, exif(1 + source.number() % 8, source.number() % 3 == 0), null))
                .judgedBy(TURNED));
        add(PictureKind.of(
                        "WebP with alpha and EXIF",
                        "webp",
                        Form.DARK_INK,
                        "cwebp -quiet $o $in -o $t.0.webp && webpmux -set exif $exif $t.0.webp -o $out >/dev/null 2>&1")
                .with("-q 80", "-lossless")
                .judgedBy(TURNED.replace("$orientation", "RightTop")));
        add(PictureKind.of(
                        "WebP with an ICC profile",
                        "webp",
                        Form.COLOR,
                        "cwebp -quiet $o $in -o $t.0.webp && webpmux -set icc $profile $t.0.webp -o $out >/dev/null 2>&1")
                .with("-q 80", "-lossless"));
        add(PictureKind.of("WebP with a trailer", "webp", Form.COLOR, "cwebp -quiet -q $q $in -o $out")
                .then((file, source) -> PictureEdits.withTrailer(file)));
    }

    private void gif(String name, Form form, String recipe, String... options) {
        add(PictureKind.of("GIF " + name, "gif", form, recipe)
                .with(options.length == 0 ? new String[] {""} : options)
                .judgedBy(CANVAS));
    }

    private void gifs() {
        for (Form form : List.of(Form.BILEVEL, Form.GRAY, Form.COLOR, Form.DARK_INK, Form.LIGHT_INK)) {
            gif(
                    "by ImageMagick, " + form,
                    form,
                    "$convert $in -dither None $o $out",
                    "",
                    "-colors 3",
                    "-colors 17",
                    "-colors 128",
                    "-interlace GIF");
        }
        gif("87a", Form.COLOR, "$convert $in -colors 64 $o gif87:$out", "", "-interlace GIF");
        gif(
                "animated",
                Form.COLOR,
                "$convert -delay 10 $in \\( +clone -negate \\) \\( +clone -flip \\) -loop 0 $o $out",
                "",
                "-colors 32",
                "-layers Optimize");
        gif(
                "in a corner of its canvas",
                Form.COLOR,
                "$convert -size 2100x2100 -crop 90%x80%+5+6 $in $o $out",
                "",
                "-colors 32",
                "-interlace GIF");
        gif(
                "animated, first frame in a corner",
                Form.COLOR,
                "$convert $in -crop 70%x60%+9+11 \\( $in -negate \\) -loop 0 $o $out",
                "-set dispose none",
                "-set dispose background",
                "-set dispose previous");
        gif(
                "animated, transparent",
                Form.DARK_INK,
                "$convert -delay 10 -dispose background $in \\( +clone -flip \\) -loop 0 $out");
        gif(
                "by ffmpeg",
                Form.COLOR,
                FFMPEG + "$o $out",
                "-pix_fmt rgb8",
                "-pix_fmt pal8",
                "-pix_fmt gray",
                "-pix_fmt bgr4_byte");
        gif("without end", Form.GRAY, "$convert $in $out && truncate -s -1 $out");
        gif("with a trailer", Form.GRAY, "$convert $in $out && head -c 500 $in >>$out");
    }

    private void bmp(String name, Form form, String recipe, String... options) {
        add(PictureKind.of("BMP " + name, "bmp", form, recipe).with(options.length == 0 ? new String[] {""} : options));
    }

    private void bmps() {
        for (String version : List.of("bmp2", "bmp3", "bmp")) {
            bmp(
                    "of 24 bits, %s by ImageMagick".formatted(version),
                    Form.COLOR,
                    "$convert $in -type TrueColor " + version + ":$out");
            bmp(
                    "of 8 bits, %s by ImageMagick".formatted(version),
                    Form.COLOR,
                    "$convert $in -dither None -colors $o -type Palette " + version + ":$out",
                    "256",
                    "200",
                    "17");
            bmp(
                    "of 4 bits, %s by ImageMagick".formatted(version),
                    Form.COLOR,
                    "$convert $in -dither None -colors $o -type Palette " + version + ":$out",
                    "16",
                    "9",
                    "3");
            bmp(
                    "of 1 bit, %s by ImageMagick".formatted(version),
                    Form.BILEVEL,
                    "$convert $in -type Bilevel " + version + ":$out");
        }
        bmp("with alpha by ImageMagick", Form.DARK_INK, "$convert $in $out");
        bmp("with alpha, light, by ImageMagick", Form.LIGHT_INK, "$convert $in $out");
        bmp(
                "RLE8 by ImageMagick",
                Form.COLOR,
                "$convert $in -dither None -colors $o -type Palette -compress RLE bmp3:$out",
                "256",
                "64",
                "30");
        bmp("by ppmtobmp", Form.GRAY, "ppmtobmp $o $in >$out 2>/dev/null", "-windows", "-os2", "-bpp 8", "-bpp 24");
        bmp(
                "by ffmpeg",
                Form.COLOR,
                FFMPEG + "-pix_fmt $o $out",
                "bgr24",
                "rgb565le",
                "rgb555le",
                "pal8",
                "rgb8",
                "gray",
                "monob",
                "bgr8",
                "rgb4_byte");
        // ImageMagick and ffmpeg fill 4 bits up with zeros, so that white is 240: 16 times the sample, where it is 17
        // times.
        add(PictureKind.of("BMP of 4 bits a sample by ffmpeg", "bmp", Form.COLOR, FFMPEG + "-pix_fmt rgb444le $out")
                .judgedBy("$convert $out -evaluate multiply 1.0625 -depth 8 ppm:-"));
        // A header of 40 bytes knows no alpha: browsers show such a picture opaque, whatever the fourth byte is.
        add(PictureKind.of("BMP of 32 bits by ffmpeg", "bmp", Form.DARK_INK, FFMPEG + "-pix_fmt bgra $out")
                .judgedBy(NO_ALPHA));
        for (JavaPictures.Bmp kind : JavaPictures.Bmp.values()) {
            add(PictureKind.of("BMP by Java, " + kind, "bmp", kind.form, "")
                    .then((file, source) -> kind.file(source.picture()))
                    .judgedBy(NO_ALPHA));
        }
    }
}
