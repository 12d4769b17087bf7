package io.twinstream.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderPeopleTest {
    @TempDir
    Path folder;

    @Test
    void classesOfOneAndOfTwoLevelsArePeople() throws IOException {
        picture("plain/1", "plain/2", "Greek/alpha/1", "Greek/alpha/2", "Greek/beta/1", "Greek/beta/2", "other/1");
        picture("other/2", "single/1", ".hidden/1");

        FolderPeople people = FolderPeople.read(folder, 1);

        assertEquals(Set.of("plain", "Greek.alpha", "Greek.beta", "other"), Set.copyOf(people.names()));
    }

    @Test
    void theFirstPictureIsTheReferenceAndTheOthersComeInTurn() throws IOException {
        picture("a/1", "a/2", "a/3", "b/1", "b/2", "c/1", "c/2", "d/1", "d/2");

        FolderPeople people = FolderPeople.read(folder, 1);

        int person = people.names().indexOf("a");
        assertArrayEquals(bytes("a/1"), people.reference(person));
        assertArrayEquals(bytes("a/2"), people.probe(person, 0));
        assertArrayEquals(bytes("a/3"), people.probe(person, 1));
        assertArrayEquals(bytes("a/2"), people.probe(person, 2));
    }

    @Test
    void tooFewClassesAreSaidInOneLine() throws IOException {
        picture("a/1", "a/2");

        IOException refused = assertThrows(IOException.class, () -> FolderPeople.read(folder, 1));

        assertTrue(String.valueOf(refused.getMessage()).contains("1 classes of two images or more"));
    }

    private void picture(String... names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes(name));
        }
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
