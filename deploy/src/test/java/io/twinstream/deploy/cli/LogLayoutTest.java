package io.twinstream.deploy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLayoutTest {
    @Test
    void anEventIsOneLineThatActsOnNoScreen() throws Exception {
        String line = line("a\nforged\r\u001b[31mred\u202eback\u2028next", new IllegalStateException("b\nforged"));

        assertEquals(1, line.lines().count());
        assertTrue(line.endsWith(": a\\nforged\\r?[31mred?back?next (b\\nforged)" + System.lineSeparator()), line);
    }

    @Test
    void anEndlessTextIsCut() throws Exception {
        assertTrue(line("x".repeat(1_000_000), null).length() < 4_100);
    }

    @Test
    void plainTextStaysAsItIs() throws Exception {
        assertTrue(line("Müller/東京 🙂 {a} $1 %m", null).endsWith(": Müller/東京 🙂 {a} $1 %m" + System.lineSeparator()));
    }

    /** A follower asks for the end of its topic every second or so, and Kafka warns of each answer. */
    @Test
    void askingForTheEndOfATopicLeavesNoLineEachTime() throws Exception {
        String asked = "org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils";
        try (LoggerContext context = new LoggerContext("filters")) {
            LoggerConfig logger = configuration(context).getLoggerConfig(asked);

            assertTrue(
                    logger.isFiltered(
                            warning(
                                    asked,
                                    "[Consumer clientId=consumer-null-4, groupId=null] Not updating high watermark for partition a-0 as it is no longer assigned")));
            assertFalse(logger.isFiltered(warning(asked, "Attempt to fetch offsets for partition a-0 failed")));
            assertEquals(
                    configuration(context).getLoggerConfig("org.apache.kafka").getLevel(), logger.getLevel());
        }
    }

    private static String line(String message, @Nullable Throwable thrown) throws Exception {
        try (LoggerContext context = new LoggerContext("layout")) {
            ConsoleAppender appender = configuration(context).getAppender("stderr");
            return (String) appender.getLayout()
                    .toSerializable(Log4jLogEvent.newBuilder()
                            .setLoggerName("io.twinstream.Test")
                            .setLevel(Level.WARN)
                            .setMessage(new SimpleMessage(message))
                            .setThrown(thrown)
                            .build());
        }
    }

    private static LogEvent warning(String logger, String message) {
        return Log4jLogEvent.newBuilder()
                .setLoggerName(logger)
                .setLevel(Level.WARN)
                .setMessage(new SimpleMessage(message))
                .build();
    }

    private static Configuration configuration(LoggerContext context) throws Exception {
        ConfigurationSource source = ConfigurationSource.fromUri(
                LogLayoutTest.class.getResource("/log4j2.xml").toURI());
        Configuration configuration = ConfigurationFactory.getInstance().getConfiguration(context, source);
        context.start(configuration);
        return configuration;
    }
}
