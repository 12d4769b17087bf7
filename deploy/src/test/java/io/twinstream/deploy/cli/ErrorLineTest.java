package io.twinstream.deploy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class ErrorLineTest {
    @Test
    void whatAUserCanMendKeepsItsMessage() {
        assertEquals(new ErrorLine(ExitCodes.USAGE, "unknown"), ErrorLine.of(new ConfigException("unknown")));
        assertEquals(new ErrorLine(ExitCodes.FAILURE, "no zip"), ErrorLine.of(new InvalidPackageException("no zip")));
        assertEquals(
                new ErrorLine(ExitCodes.FAILURE, "empty"),
                ErrorLine.of(new ImageRefusedException(ImageFault.EMPTY, "empty")));
        assertEquals(
                new ErrorLine(ExitCodes.FAILURE, "no file or folder a.png"),
                ErrorLine.of(new NoSuchFileException("a.png")));
    }

    @Test
    void aSilentBrokerHasACodeOfItsOwnHoweverItIsWrapped() {
        TimeoutException timeout = new TimeoutException("timed out");

        assertEquals(ExitCodes.UNREACHABLE, ErrorLine.of(timeout).exitCode());
        assertEquals(
                ExitCodes.UNREACHABLE,
                ErrorLine.of(new ExecutionException(timeout)).exitCode());
        assertEquals(
                ExitCodes.UNREACHABLE,
                ErrorLine.of(new KafkaException("failed", timeout)).exitCode());
    }

    @Test
    void whatKafkaWrapsIsSaidWithItsCause() {
        assertEquals(
                new ErrorLine(ExitCodes.FAILURE, "Failed to construct: no entry"),
                ErrorLine.of(new KafkaException("Failed to construct", new KafkaException("no entry"))));
    }

    @Test
    void aMessageOfManyLinesBecomesOne() {
        assertEquals("a b", ErrorLine.of(new ConfigException("a\n  b\n")).text());
    }

    @Test
    void aFaultOfOursSaysSo() {
        ErrorLine line = ErrorLine.of(new NullPointerException());

        assertEquals(ExitCodes.FAILURE, line.exitCode());
        assertTrue(line.text().startsWith("internal error"), line.text());
    }
}
