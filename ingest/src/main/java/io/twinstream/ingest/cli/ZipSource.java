package io.twinstream.ingest.cli;

import io.twinstream.schemas.files.FileKind;
import io.twinstream.schemas.files.LeftOut;
import io.twinstream.schemas.files.ZipArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The entries of a zip archive, by name. Extracts nothing to the disk; an archive that can't be opened is one image that
 * can't be read.
 *
 * @param above the steps to the archive, which counts as a folder named as it is without its ending
 */
record ZipSource(Path archive, List<String> above) {
    private static final String ENDING = ".zip";
    private static final Pattern DATE = Pattern.compile("[0-9 ._-]+");

    static boolean isZip(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(ENDING);
    }

    /** What the archive is called as a folder. */
    static String stem(Path archive) {
        String file = archive.getFileName().toString();
        return file.substring(0, file.length() - ENDING.length());
    }

    /** Returns false if the visitor wants no more. */
    boolean forEach(ImageSources.Visitor visitor, LeftOut leftOut) throws InterruptedException {
        try (ZipArchive zip = ZipArchive.open(archive)) {
            List<ZipArchive.Entry> pictures = pictures(zip, leftOut);
            int around = around(pictures);
            for (ZipArchive.Entry entry : pictures) {
                List<String> steps = new ArrayList<>(above);
                List<String> within = steps(entry);
                steps.addAll(within.subList(around, within.size()));
                if (!visitor.visit(new NamedImage(archive + "!" + entry.name(), steps, entry::open))) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return visitor.visit(new NamedImage(archive.toString(), List.of(stem(archive)), () -> {
                throw e;
            }));
        }
    }

    /**
     * How many folders lie around all pictures: archivers put the folder that was packed in. The last one above a picture is none,
     * nor is any around folders that are called as years and days are, since these are nobody's names.
     */
    private static int around(List<ZipArchive.Entry> pictures) {
        List<String> common = null;
        for (ZipArchive.Entry entry : pictures) {
            List<String> steps = steps(entry);
            if (steps.size() > 1 && DATE.matcher(steps.get(steps.size() - 2)).matches()) {
                return 0;
            }
            List<String> folders = steps.subList(0, Math.max(0, steps.size() - 2));
            common = common == null ? folders : inCommon(common, folders);
        }
        return common == null ? 0 : common.size();
    }

    private static List<String> inCommon(List<String> one, List<String> other) {
        int same = 0;
        while (same < Math.min(one.size(), other.size()) && one.get(same).equals(other.get(same))) {
            same++;
        }
        return one.subList(0, same);
    }

    private static List<String> steps(ZipArchive.Entry entry) {
        return List.of(entry.name().split("/", -1));
    }

    private List<ZipArchive.Entry> pictures(ZipArchive zip, LeftOut leftOut) {
        List<ZipArchive.Entry> pictures = new ArrayList<>();
        for (ZipArchive.Entry entry : zip.files()) {
            FileKind kind = entry.kind();
            if (kind == FileKind.PICTURE) {
                pictures.add(entry);
            } else if (kind == FileKind.SYSTEMS) {
                leftOut.addSystems(entry.name());
            } else {
                leftOut.add(kind, archive + "!" + entry.name());
            }
        }
        pictures.sort(Comparator.comparing(ZipArchive.Entry::name));
        return pictures;
    }
}
