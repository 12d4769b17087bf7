package io.twinstream.deploy.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SettingsOptionsTest {
    @TempDir
    Path folder;

    @Test
    void optionsWinOverTheEnvironmentOverTheFileOverTheCommandsOwn() throws IOException {
        Path file = Files.writeString(folder.resolve("t.properties"), """
                topic.prefix = file
                topic.partitions = 2
                verifier.threads = 2
                """);
        Map<String, String> environment =
                Map.of("TWINSTREAM_TOPIC_PARTITIONS", "3", "TWINSTREAM_VERIFIER_THREADS", "3");
        Map<String, String> own = Map.of("topic.prefix", "own", "ingest.http.port", "0");

        Settings settings = parsed("--config", file.toString(), "--set", "verifier.threads=4")
                .settings(environment, own);

        assertEquals(0, settings.getInt("ingest.http.port"));
        assertEquals("file", settings.getString("topic.prefix"));
        assertEquals(3, settings.getInt("topic.partitions"));
        assertEquals(4, settings.getInt("verifier.threads"));
    }

    @Test
    void bootstrapIsAShortcutAndKafkasOwnKeysReachTheClients() {
        Settings settings = parsed("--bootstrap", "b:1", "--set", "kafka.security.protocol=SSL")
                .settings(Map.of("TWINSTREAM_KAFKA_CLIENT_RACK", "r1"), Map.of());

        Map<String, Object> client = settings.kafka();
        assertEquals("b:1", client.get("bootstrap.servers"));
        assertEquals("SSL", client.get("security.protocol"));
        assertEquals("r1", client.get("client.rack"));
    }

    @Test
    void aMisspeltKeyForKafkaIsAnErrorWhereverItIsFor() {
        assertEquals(
                "unknown setting kafka.security.protcol: did you mean kafka.security.protocol?",
                refused("--set", "kafka.security.protcol=SSL"));
        assertEquals(
                "unknown setting kafka.main.consumer.max.poll.recods: did you mean kafka.main.consumer.max.poll.records?",
                refused("--set", "kafka.main.consumer.max.poll.recods=5"));
        assertEquals(
                "unknown setting kafka.num.standby.replica: did you mean kafka.num.standby.replicas?",
                refused("--set", "kafka.num.standby.replica=1"));
    }

    @Test
    void aFileThatIsNotThereOrIsAFolderIsAWrongOption() {
        Path missing = folder.resolve("missing.properties");

        assertEquals(
                "--config names %s, which isn't there".formatted(missing), refused("--config", missing.toString()));
        assertTrue(refused("--config", folder.toString()).startsWith("--config names " + folder));
    }

    @Test
    void aMisspeltVariableOfTheEnvironmentIsAnError() {
        assertThrows(
                ConfigException.class, () -> parsed().settings(Map.of("TWINSTREAM_VERIFIER_TREADS", "4"), Map.of()));
    }

    @Test
    void aFileOfWindowsIsReadWithItsMarkAndLineEnds() throws IOException {
        Path file = Files.writeString(
                folder.resolve("t.properties"), "\ufeffingest.folder.source=T\u00fcr\r\ntopic.partitions=2\r\n");

        Settings settings = parsed("--config", file.toString()).settings(Map.of(), Map.of());

        assertEquals("T\u00fcr", settings.getString("ingest.folder.source"));
        assertEquals(2, settings.getInt("topic.partitions"));
    }

    @Test
    void aFileInAnotherEncodingNamesTheLine() throws IOException {
        String text = "topic.partitions=2\r\n\r\n# T\u00fcr\r\n";

        assertRefused("line 3 is no UTF-8: save it as UTF-8", text, StandardCharsets.ISO_8859_1);
        assertRefused("it is UTF-16: save it as UTF-8", text, StandardCharsets.UTF_16);
        assertRefused("it is UTF-16: save it as UTF-8", "\ufeff" + text, StandardCharsets.UTF_16LE);
        assertRefused("line 1 holds a zero byte, as UTF-16 does: save it as UTF-8", text, StandardCharsets.UTF_16LE);
    }

    private void assertRefused(String reason, String text, Charset charset) throws IOException {
        Path file = Files.writeString(folder.resolve("t.properties"), text, charset);

        ConfigException refused = assertThrows(
                ConfigException.class, () -> parsed("--config", file.toString()).settings(Map.of(), Map.of()));

        assertEquals("%s is no properties file: %s".formatted(file, reason), refused.getMessage());
    }

    private static String refused(String... arguments) {
        ConfigException refused =
                assertThrows(ConfigException.class, () -> parsed(arguments).settings(Map.of(), Map.of()));
        ErrorLine line = ErrorLine.of(refused);
        assertEquals(ExitCodes.USAGE, line.exitCode());
        return line.text();
    }

    private static SettingsOptions parsed(String... arguments) {
        SettingsOptions options = new SettingsOptions();
        new CommandLine(options).parseArgs(arguments);
        return options;
    }
}
