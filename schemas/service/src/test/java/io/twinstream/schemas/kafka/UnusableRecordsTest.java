package io.twinstream.schemas.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

class UnusableRecordsTest {
    private final List<String> lines = new ArrayList<>();
    private final Logger log = (Logger) Proxy.newProxyInstance(
            Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                Object[] values = (Object[]) arguments[1];
                lines.add(MessageFormatter.arrayFormat((String) arguments[0], values)
                        .getMessage());
                return null;
            });
    private final UnusableRecords passed = new UnusableRecords();

    @Test
    void aRecordIsToldOnceHoweverOftenItIsRead() {
        for (int reading = 0; reading < 3; reading++) {
            tell(7, "a");
            tell(3, "b");
        }

        assertEquals(
                List.of(
                        "a at offset 7 of activations-0 is passed over, since it is not an activation that can be used: no Avro",
                        "2 records of activations-0 are passed over by now, the latest is b at offset 3: no Avro"),
                lines);
    }

    @Test
    void manyAreToldInAFewLines() {
        for (int reading = 0; reading < 2; reading++) {
            for (int i = 0; i < 1_000; i++) {
                tell(i, "k" + i);
            }
        }

        assertEquals(10, lines.size());
        assertEquals(
                "512 records of activations-0 are passed over by now, the latest is k511 at offset 511: no Avro",
                lines.get(9));
    }

    @Test
    void aKeyOfAHundredThousandCharactersAndLinesMakesOneShortLine() {
        tell(1, "x\n".repeat(50_000));

        assertTrue(lines.get(0).length() < 1_000 && lines.get(0).lines().count() == 1, lines.get(0));
        assertTrue(lines.get(0).startsWith("x\\nx\\n"), lines.get(0));
    }

    private void tell(long offset, String key) {
        passed.tell(log, new ConsumerRecord<>("activations", 0, offset, key, new byte[0]), "an activation", "no Avro");
    }
}
