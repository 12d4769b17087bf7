package io.twinstream.deploy.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.kafka.BrokerWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.AppenderControl;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaWarningsTest {
    private static final String KAFKA = "org.apache.kafka.clients.NetworkClient";
    private static final String WATCH = BrokerWatch.class.getName();

    private final ScheduledExecutorService release = Executors.newSingleThreadScheduledExecutor();
    private final Told lines = new Told();
    private final KafkaWarnings filter = new KafkaWarnings(lines, release);
    private final AppenderControl control = new AppenderControl(lines, null, null);

    KafkaWarningsTest() {
        lines.addFilter(filter);
        lines.start();
    }

    @AfterEach
    void stop() {
        release.shutdownNow();
    }

    @Test
    void theLineOnAnOutageComesBeforeWhatClientsMakeOfIt() {
        log(KAFKA, Level.WARN, "connection to node 1 lost");
        log(KAFKA, Level.WARN, "node 1 may be away");
        log(WATCH, Level.WARN, "no broker answers");
        log(KAFKA, Level.WARN, "coordinator unknown");

        assertEquals(
                List.of("no broker answers", "connection to node 1 lost", "node 1 may be away", "coordinator unknown"),
                lines.told);
    }

    @Test
    void afterTheOutageWarningsAreHeldAgain() {
        log(WATCH, Level.WARN, "no broker answers");
        log(WATCH, Level.INFO, "brokers answer again");
        log(KAFKA, Level.WARN, "node 1 may be away");

        assertEquals(List.of("no broker answers", "brokers answer again"), lines.told);
    }

    @Test
    void withoutAnOutageTheyComeLaterAndAreNotLost() {
        log(KAFKA, Level.WARN, "a strange setting");
        log("io.twinstream.Test", Level.WARN, "ours");
        log(KAFKA, Level.ERROR, "an error");
        filter.letGo();
        filter.letGo();

        assertEquals(List.of("ours", "an error", "a strange setting"), lines.told);
    }

    private void log(String logger, Level level, String message) {
        control.callAppender(Log4jLogEvent.newBuilder()
                .setLoggerName(logger)
                .setLevel(level)
                .setMessage(new SimpleMessage(message))
                .build());
    }

    /** Collects what is logged. */
    private static final class Told extends AbstractAppender {
        private final List<String> told = new ArrayList<>();

        Told() {
            super("told", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            told.add(event.getMessage().getFormattedMessage());
        }
    }
}
