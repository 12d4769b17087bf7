package io.twinstream.deploy.cli;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/** How much the process says on standard error. */
final class Logging {
    private Logging() {}

    /** For a process that runs on: what Twinstream does, and Kafka's warnings. A command that ends says only warnings. */
    static void service() {
        Configurator.setLevel("io.twinstream", Level.INFO);
        Configurator.setLevel("org.apache.kafka", Level.WARN);
    }
}
