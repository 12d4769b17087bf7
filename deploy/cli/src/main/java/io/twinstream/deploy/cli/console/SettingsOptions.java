package io.twinstream.deploy.cli.console;

import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.StreamSettings;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** These options give settings, and are the same in every command that has any. */
public final class SettingsOptions {
    private static final char MARK = '\ufeff';
    private static final Logger log = LoggerFactory.getLogger(SettingsOptions.class);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file with settings; 'twinstream settings' lists them.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting, which overrides file and environment; may be repeated.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers, short for --set bootstrap.servers=...")
    private @Nullable String bootstrap;

    private boolean warned;

    /** Reads the settings: the file, then the environment ({@code TWINSTREAM_*}), then the options; the last one wins. */
    public Settings settings() {
        return settings(System.getenv(), Map.of());
    }

    /** Reads the settings as {@link #settings()} does, with a command's own values in the place of declared defaults. */
    public Settings settings(Map<String, String> commandDefaults) {
        return settings(System.getenv(), commandDefaults);
    }

    public Settings settings(Map<String, String> environment, Map<String, String> commandDefaults) {
        return read(settings -> settings, environment, commandDefaults);
    }

    /**
     * Reads a configuration.
     *
     * @throws ConfigException with all that is wrong in the settings, or where the file can't be read
     */
    public <T> T read(Function<Settings, T> configuration) {
        return read(configuration, System.getenv(), Map.of());
    }

    private <T> T read(
            Function<Settings, T> configuration, Map<String, String> environment, Map<String, String> commandDefaults) {
        Map<String, String> options = new LinkedHashMap<>(set);
        Consumer<String> warnings = warned ? line -> {} : line -> log.warn("{}", line);
        if (!warned) {
            set.forEach(SettingsOptions::warnOfSecret);
            warned = true;
        }
        if (bootstrap != null) {
            options.put(CommonSettings.BOOTSTRAP, bootstrap);
        }
        return Settings.read(
                AllSettings.define(),
                StreamSettings.kafkaKeys(),
                warnings,
                configuration,
                commandDefaults,
                file(),
                Settings.environment(environment),
                options);
    }

    private static void warnOfSecret(String key, String value) {
        if (Settings.isSecret(AllSettings.define(), key) && !value.startsWith("${")) {
            log.warn(
                    "others on this machine can read --set {} with 'ps': set it in the file of --config, in the environment,"
                            + " or as ${file:FILE:KEY}",
                    key);
        }
    }

    private Map<String, String> file() {
        if (config == null) {
            return Map.of();
        }
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text(Files.readAllBytes(config))));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("%s is no properties file: %s".formatted(config, e.getMessage()));
        } catch (NoSuchFileException e) {
            throw new ConfigException("--config names %s, which isn't there".formatted(config));
        } catch (AccessDeniedException e) {
            throw new ConfigException("--config names %s, which you have no permission to read".formatted(config));
        } catch (IOException e) {
            throw new ConfigException("--config names %s, which can't be read: %s".formatted(config, e.getMessage()));
        }
        Map<String, String> values = new LinkedHashMap<>();
        properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
        return values;
    }

    /**
     * Decodes the text of a properties file: UTF-8, with a byte order mark or without.
     *
     * @throws IllegalArgumentException with the line that is no UTF-8
     */
    private static String text(byte[] bytes) {
        if (startsWith(bytes, 0xfe, 0xff) || startsWith(bytes, 0xff, 0xfe)) {
            throw new IllegalArgumentException("it is UTF-16: save it as UTF-8");
        }
        // In UTF-16 without a mark every other byte of a key is 0.
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == 0) {
                throw new IllegalArgumentException(
                        "line %d holds a zero byte, as UTF-16 does: save it as UTF-8".formatted(line(bytes, at)));
            }
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw new IllegalArgumentException(
                    "line %d is no UTF-8: save it as UTF-8".formatted(line(bytes, in.position())));
        }
        String text = out.flip().toString();
        return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
    }

    private static boolean startsWith(byte[] bytes, int first, int second) {
        return bytes.length > 1 && (bytes[0] & 0xff) == first && (bytes[1] & 0xff) == second;
    }

    /** Counts lines from 1. A line ends as in properties files, with LF, CR or both. */
    private static int line(byte[] bytes, int at) {
        int line = 1;
        for (int i = 0; i < at; i++) {
            if (bytes[i] == '\n' ? i == 0 || bytes[i - 1] != '\r' : bytes[i] == '\r') {
                line++;
            }
        }
        return line;
    }
}
