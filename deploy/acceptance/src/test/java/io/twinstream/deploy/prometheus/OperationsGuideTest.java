package io.twinstream.deploy.prometheus;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OperationsGuideTest {
    @Test
    void theGuideSaysOfEachAlertWhatItsRuleSays() throws IOException {
        String table = RuleFile.read(Path.of("prometheus/rules/alerts.yml")).alertTable();

        assertTrue(Files.readString(Path.of("OPERATIONS.md")).contains(table), table);
    }
}
