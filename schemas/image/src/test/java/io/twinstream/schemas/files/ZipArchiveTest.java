package io.twinstream.schemas.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipArchiveTest {
    private static final Charset CP437 = Charset.forName("IBM437");

    @TempDir
    Path folder;

    @Test
    void namesOfWindowsExplorerAreReadAsItWroteThem() throws IOException {
        assertEquals(List.of("gallery/Jos\u00e9/1.png"), names(CP437, "gallery/Jos\u00e9/1.png"));
    }

    @Test
    void namesInUtf8AreReadWithTheMarkAndWithoutIt() throws IOException {
        String name = "\u738b\u4f1f/1.png";

        assertEquals(List.of(name), names(UTF_8, name));
        // Java marks a name as UTF-8; these are the same bytes without the mark.
        assertEquals(List.of(name), names(ISO_8859_1, new String(name.getBytes(UTF_8), ISO_8859_1)));
    }

    @Test
    void backslashesOfDotNetSeparateFolders() throws IOException {
        assertEquals(List.of("gallery/alice/1.png"), names(UTF_8, "gallery\\alice\\1.png", "gallery\\empty\\"));
    }

    @Test
    void namesThatLeadOutOfTheArchiveStayWithinIt() throws IOException {
        assertEquals(
                List.of("etc/ann/1.png", "abs/bob/1.png", "b/1.png", "c/1.png"),
                names(UTF_8, "../../etc/ann/1.png", "/abs/bob/1.png", "a/../b/1.png", "././c//1.png"));
    }

    @Test
    void whatIsNoArchiveIsAnIoException() throws IOException {
        Path file = Files.writeString(folder.resolve("no.zip"), "PK no zip");

        assertThrows(IOException.class, () -> ZipArchive.open(file).close());
    }

    private List<String> names(Charset charset, String... names) throws IOException {
        Path file = folder.resolve("archive.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file), charset)) {
            for (String name : names) {
                out.putNextEntry(new ZipEntry(name));
                out.write(1);
                out.closeEntry();
            }
        }
        try (ZipArchive zip = ZipArchive.open(file)) {
            assertEquals(names.length, zip.size());
            return zip.files().stream().map(ZipArchive.ArchivedFile::name).toList();
        }
    }
}
