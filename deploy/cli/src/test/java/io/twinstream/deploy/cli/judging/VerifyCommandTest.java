package io.twinstream.deploy.cli.judging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Ran;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
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
    void aBlankImageMatchesNothingNotEvenItself() throws IOException {
        String blank = file("blank.png", white());
        String drawing = file("a.png", drawings.png(0, 0));

        for (String[] pair : new String[][] {{blank, blank}, {blank, drawing}, {drawing, blank}}) {
            Ran ran = Ran.run("verify", pair[0], pair[1], "--set", "verifier.domain=off");

            assertEquals(ExitCodes.UNDECIDED, ran.exitCode(), ran.err());
            assertTrue(ran.out().startsWith("UNDECIDED: BLANK: " + blank), ran.out());
            assertEquals(1, ran.out().lines().count());
        }
        JsonNode answer = new ObjectMapper()
                .readTree(Ran.run("verify", "--json", drawing, blank).out());
        assertEquals("UNDECIDED", answer.get("outcome").asText());
        assertEquals("BLANK", answer.get("reason").asText());
        assertTrue(answer.get("score").isNull());
    }

    @Test
    void theHelpSaysWhatEachExitCodeMeans() {
        assertTrue(Ran.run("verify", "--help").out().contains("5   undecided"));
    }

    private static byte[] white() throws IOException {
        BufferedImage picture = new BufferedImage(105, 105, BufferedImage.TYPE_BYTE_GRAY);
        Arrays.fill(((DataBufferByte) picture.getRaster().getDataBuffer()).getData(), (byte) 255);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", bytes);
        return bytes.toByteArray();
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
