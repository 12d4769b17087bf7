package io.twinstream.deploy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.drawing.DrawnCharacters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
    private final DrawnCharacters drawings = new DrawnCharacters(1);

    @TempDir
    Path folder;

    @Test
    void anImageMatchesItself() throws IOException {
        String image = file("a.png", drawings.png(0, 0));

        Ran ran = Ran.run("verify", image, image, "--set", "verifier.target.fmr=0.1");

        assertEquals(ExitCodes.OK, ran.exitCode(), ran.err());
        assertTrue(ran.out().startsWith("MATCH: score "), ran.out());
    }

    @Test
    void differentCharactersAreANonMatchAndAProgramCanReadWhy() throws IOException {
        Ran ran = Ran.run("verify", "--json", file("a.png", drawings.png(0, 0)), file("b.png", drawings.png(1, 0)));

        JsonNode answer = new ObjectMapper().readTree(ran.out());
        assertEquals(ExitCodes.NEGATIVE, ran.exitCode(), ran.err());
        assertEquals("NON_MATCH", answer.get("outcome").asText());
        assertTrue(answer.get("score").asDouble() < answer.get("threshold").asDouble());
    }

    @Test
    void whatIsNoImageIsNamedInOneLine() throws IOException {
        String text = file("a.txt", new byte[] {1, 2, 3});

        Ran ran = Ran.run("verify", text, text);

        assertEquals(ExitCodes.FAILURE, ran.exitCode());
        assertTrue(ran.err().startsWith("twinstream: " + text + ": "), ran.err());
        assertEquals(1, ran.err().lines().count());
    }

    private String file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes).toString();
    }
}
