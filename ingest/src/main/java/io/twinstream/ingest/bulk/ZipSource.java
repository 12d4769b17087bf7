package io.twinstream.ingest.bulk;

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
 * Lists the pictures of a zip archive in the order of their names. Nothing is extracted to the disk. An archive that can't be
 * opened counts as one image that can't be read.
 *
 * @param above the steps down to the archive; the archive itself counts as a folder that has its name without the ending
 */
record ZipSource(Path archive, List<String> above) {
    private static final String ENDING = ".zip";
    private static final Pattern DATE = Pattern.compile("[0-9 ._-]+");

    static boolean isZip(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(ENDING);
    }

    /** Returns the name that the archive has as a folder: its file name without the ending. */
    static String stem(Path archive) {
        String file = archive.getFileName().toString();
        return file.substring(0, file.length() - ENDING.length());
    }

    /** Shows the visitor each picture. Returns false if the visitor wants no more. */
    boolean forEach(ImageSources.Visitor visitor, LeftOut leftOut) throws InterruptedException {
        try (ZipArchive zip = ZipArchive.open(archive)) {
            List<ZipArchive.ArchivedFile> pictures = pictures(zip, leftOut);
            int around = around(pictures);
            for (ZipArchive.ArchivedFile entry : pictures) {
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
     * Returns how many folders enclose all pictures, since archivers put the packed folder itself into the archive. The folder
     * that holds a picture doesn't count. The result is 0 if any picture lies in a folder that is named like a date, because
     * such a folder names nobody.
     */
    private static int around(List<ZipArchive.ArchivedFile> pictures) {
        List<String> common = null;
        for (ZipArchive.ArchivedFile entry : pictures) {
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

    private static List<String> steps(ZipArchive.ArchivedFile entry) {
        return List.of(entry.name().split("/", -1));
    }

    private List<ZipArchive.ArchivedFile> pictures(ZipArchive zip, LeftOut leftOut) {
        List<ZipArchive.ArchivedFile> pictures = new ArrayList<>();
        for (ZipArchive.ArchivedFile entry : zip.files()) {
            FileKind kind = entry.kind();
            if (kind == FileKind.PICTURE) {
                pictures.add(entry);
            } else if (kind == FileKind.SYSTEMS) {
                leftOut.addSystems(entry.name());
            } else {
                leftOut.add(kind, archive + "!" + entry.name());
            }
        }
        pictures.sort(Comparator.comparing(ZipArchive.ArchivedFile::name));
        return pictures;
    }
}
