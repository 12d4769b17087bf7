package io.twinstream.schemas.files;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * Says what a file below a folder, or an entry of an archive, is taken for by its name. A file that the user names is taken in
 * any case.
 */
public enum FileKind {
    /** The file is a picture, or may be one. */
    PICTURE(""),
    /** The file belongs to an operating system, a storage device or an archiver: a thumbnail, a deleted file, a note. */
    SYSTEMS("that systems put there"),
    /** The file is a link, which isn't followed since it may lead anywhere. */
    LINK("links"),
    /** The file is a text, a table, a film, or something else that lies beside pictures. */
    OTHER("of other kinds");

    /** Names that systems use, in lower case. A name that begins with a dot is left out as well. */
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

    /** Returns the words that follow a count, as in "3 links". */
    String words() {
        return words;
    }

    /** Returns the kind of a path with slashes, none of whose steps is a link. */
    public static FileKind of(String path) {
        if (Arrays.stream(path.split("/", -1)).anyMatch(FileKind::isSystems)) {
            return SYSTEMS;
        }
        return OTHER_TYPES.contains(type(path)) ? OTHER : PICTURE;
    }

    /** Returns whether a path has the ending of a picture; a file without one may be a picture all the same. */
    public static boolean isNamedAsPicture(String path) {
        return TYPES.contains(type(path));
    }

    /** Returns whether a folder or file of this name belongs to a system and not to a person. */
    public static boolean isSystems(String name) {
        return name.startsWith(".") || OF_SYSTEMS.contains(name.toLowerCase(Locale.ROOT));
    }

    private static String type(String path) {
        return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
