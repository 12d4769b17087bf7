package io.twinstream.schemas.files;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** What a file below a folder, or an entry of an archive, is taken for by its name. Whoever names a file himself means it. */
public enum FileKind {
    /** A picture, or what may be one. */
    PICTURE(""),
    /** Thumbnails, what was deleted, and notes of operating systems, storage devices and archivers. */
    SYSTEMS("that systems put there"),
    /** What isn't followed, since it may lead anywhere. */
    LINK("links"),
    /** Texts, tables, films: what lies beside pictures. */
    OTHER("of other kinds");

    /** In lower case. What begins with a dot is left out as well. */
    private static final Set<String> OF_SYSTEMS = Set.of(
            // Synology, QNAP, NetApp
            "@eadir",
            "#recycle",
            "#snapshot",
            "@recycle",
            "@recently-snapshot",
            "~snapshot",
            // Windows
            "$recycle.bin",
            "recycler",
            "system volume information",
            "thumbs.db",
            "ehthumbs.db",
            "desktop.ini",
            // macOS and its archives
            "__macosx",
            "network trash folder",
            "temporary items",
            "icon\r",
            // Linux
            "lost+found");

    private static final Set<String> TYPES =
            Set.of("png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff", "heic", "heif", "avif", "jxl");

    private static final Set<String> OTHER_TYPES = Set.of(
            "txt", "md", "json", "xml", "xmp", "aae", "csv", "tsv", "html", "htm", "pdf", "doc", "docx", "xls", "xlsx",
            "ini", "db", "log", "yaml", "yml", "mp4", "mov", "avi", "mkv", "m4v", "mp3", "wav");

    private final String words;

    FileKind(String words) {
        this.words = words;
    }

    /** Goes behind a count, as in "3 links". */
    String words() {
        return words;
    }

    /** The kind of a path with slashes, none of whose steps is a link. */
    public static FileKind of(String path) {
        if (Arrays.stream(path.split("/", -1)).anyMatch(FileKind::isSystems)) {
            return SYSTEMS;
        }
        return OTHER_TYPES.contains(type(path)) ? OTHER : PICTURE;
    }

    /** Whether a path ends as pictures do: what doesn't may be one all the same. */
    public static boolean isNamedAsPicture(String path) {
        return TYPES.contains(type(path));
    }

    /** Whether a folder or file of this name is no person's. */
    public static boolean isSystems(String name) {
        return name.startsWith(".") || OF_SYSTEMS.contains(name.toLowerCase(Locale.ROOT));
    }

    private static String type(String path) {
        return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
