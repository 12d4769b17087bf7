package io.twinstream.ingest.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.ingest.publish.InvalidRequestException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubjectsTest {
    @TempDir
    Path folder;

    @Test
    void imagesOneFolderDeepBelongToTheirFolders() throws Exception {
        Path gallery = files("gallery", "ann/1.png", "ann/2.png", "bob/1.png");

        assertEquals("3 images of 2 subjects: ann, bob", subjects(gallery).toString());
        assertEquals(List.of("ann", "ann", "bob"), each(gallery, Optional.empty()));
    }

    @Test
    void imagesInNoFolderOfTheirOwnAreAskedAbout() throws Exception {
        Path people = files("known_people", "person-1.png", "person-2.png");

        assertAsked(
                "2 images of 1 subject: known_people? The images lie in no folder of their own, so say whom they show: "
                        + "--by folder (1 subject: known_people), --by file (2 subjects: person-1, person-2) or --subject NAME; "
                        + "nothing was sent",
                people);
        assertEquals(List.of("person-1", "person-2"), each(people, Optional.of(Subjects.NamedAfter.FILE)));
        assertEquals(List.of("known_people", "known_people"), each(people, Optional.of(Subjects.NamedAfter.FOLDER)));
    }

    @Test
    void imagesInFoldersOfFoldersAreAskedAbout() throws Exception {
        Path nested = files("nested", "alice/2023/1.png", "bob/2023/1.png");

        assertAsked(
                "2 images of 1 subject: 2023? The images lie more than one folder deep, so say whom they show: "
                        + "--by folder (1 subject: 2023), --by file (1 subject: 1), --by top (2 subjects: alice, bob) "
                        + "or --subject NAME; nothing was sent",
                nested);
        assertEquals(List.of("alice", "bob"), each(nested, Optional.of(Subjects.NamedAfter.TOP)));
    }

    @Test
    void imagesAtDifferentDepthsAreAskedAboutWithWhatWasLeftOut() throws Exception {
        Path mixed = files("mixed", "alice/1.png", "bob/old/1.png", "Thumbs.db");

        assertAsked(
                "2 images of 2 subjects: alice, old? The images lie at different depths, so say whom they show: "
                        + "--by folder (2 subjects: alice, old), --by file (1 subject: 1), --by top (2 subjects: alice, bob) "
                        + "or --subject NAME; nothing was sent; left out: 1 that systems put there (%s)"
                                .formatted(mixed.resolve("Thumbs.db")),
                mixed);
    }

    @Test
    void filesThatAreNamedOneByOneAreAskedAbout() throws Exception {
        Path people = files("people", "a.png");

        assertThrows(InvalidRequestException.class, () -> subjects(people.resolve("a.png")));
        assertEquals(
                "1 image of 1 subject: ann",
                Subjects.of(ImageSources.of(List.of(people.resolve("a.png"))), Optional.of("ann"), Optional.empty())
                        .toString());
    }

    @Test
    void theFolderThatAnArchiverPackedInIsNobody() throws Exception {
        Path zip = Zips.write(folder.resolve("export.zip"), "gallery/ann/1.png", "x", "gallery/bob/1.png", "x");
        Path years = Zips.write(folder.resolve("years.zip"), "alice/2023/1.png", "x", "alice/2024/1.png", "x");

        assertEquals(List.of("ann", "bob"), each(zip, Optional.empty()));
        assertThrows(InvalidRequestException.class, () -> subjects(years));
        assertEquals(List.of("alice", "alice"), each(years, Optional.of(Subjects.NamedAfter.TOP)));
    }

    @Test
    void composedAndDecomposedFoldersAreOneSubject() throws Exception {
        Path gallery = files("gallery", "Jos\u00e9/1.png", "Jose\u0301/2.png");

        assertEquals("2 images of 1 subject: Jos\u00e9", subjects(gallery).toString());
    }

    private Path files(String root, String... names) throws Exception {
        for (String name : names) {
            Path file = folder.resolve(root).resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "x");
        }
        return folder.resolve(root);
    }

    private static Subjects subjects(Path path) throws Exception {
        return Subjects.of(ImageSources.of(List.of(path)), Optional.empty(), Optional.empty());
    }

    private static List<String> each(Path path, Optional<Subjects.NamedAfter> by) throws Exception {
        ImageSources sources = ImageSources.of(List.of(path));
        Subjects subjects = Subjects.of(sources, Optional.empty(), by);
        List<String> named = new ArrayList<>();
        sources.forEach(image -> named.add(subjects.of(image)));
        return named;
    }

    private static void assertAsked(String line, Path path) {
        assertEquals(
                line,
                assertThrows(InvalidRequestException.class, () -> subjects(path))
                        .getMessage());
    }
}
