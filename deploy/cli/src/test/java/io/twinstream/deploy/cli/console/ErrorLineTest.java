package io.twinstream.deploy.cli.console;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({
        "Java heap space, -Xmx",
        "GC overhead limit exceeded, -Xmx",
        "Cannot reserve 5 bytes of direct buffer memory, -XX:MaxDirectMemorySize",
        "unable to create native thread, ulimit -u"
    })
    void memoryThatIsUsedUpIsSaidWithWhatGivesMore(String message, String mend) {
        ErrorLine line = ErrorLine.of(new IllegalStateException("outer", new OutOfMemoryError(message)));

        assertTrue(line.text().contains(message) && line.text().contains(mend), line.text());
    }

    @Test
    void aLibraryThatCantBeLoadedIsSaidHoweverDeepItsErrorLies() {
        Error linkage = new NoClassDefFoundError("Could not initialize class ai.onnxruntime.OnnxRuntime");
        linkage.initCause(new ExceptionInInitializerError(new UnsatisfiedLinkError("x.so: failed to map")));

        ErrorLine line = ErrorLine.of(new ExecutionException(linkage));

        assertTrue(line.text().contains("x.so: failed to map"), line.text());
        assertTrue(line.text().contains("-Djava.io.tmpdir=FOLDER"), line.text());
    }

    @Test
    void aFaultOfOursSaysSo() {
        ErrorLine line = ErrorLine.of(new NullPointerException());

        assertEquals(ExitCodes.FAILURE, line.exitCode());
        assertTrue(line.text().startsWith("internal error"), line.text());
    }
}
