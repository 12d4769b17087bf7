package io.twinstream.deploy.cli.setup;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.settings.Settings;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists every setting with its value, and checks the values. */
@Command(
        name = "settings",
        description = {
            "Lists every setting with its type, its value and what it means, and checks the values.",
            "Values come from --config, then the environment (TWINSTREAM_VERIFIER_THREADS is verifier.threads), then --set; the last "
                    + "one wins. Keys under 'kafka.' go to every Kafka client as they are."
        },
        footer = "  twinstream settings --config twinstream.properties")
public final class SettingsCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--json", description = "Print one JSON object a setting.")
    private boolean json;

    @Option(
            names = "--markdown",
            description = "Print the documentation's table, with the defaults in the place of the values.")
    private boolean markdown;

    @Override
    public Integer call() throws Exception {
        Settings settings = options.settings();
        Output out = Output.of(spec);
        if (markdown) {
            out.println("| key | type | default | meaning |");
            out.println("|---|---|---|---|");
        }
        for (ConfigKey key : keys()) {
            String value = text(key, settings.values().get(key.name));
            if (json) {
                out.json(fields(key, value));
            } else if (markdown) {
                out.println("| `%s` | %s | %s | %s |"
                        .formatted(
                                key.name,
                                type(key),
                                text(key, key.defaultValue).isEmpty() ? "" : "`" + text(key, key.defaultValue) + "`",
                                key.documentation));
            } else {
                out.println("%s = %s%n    %s: %s%s"
                        .formatted(
                                key.name,
                                value,
                                type(key),
                                key.documentation,
                                value.equals(text(key, key.defaultValue))
                                        ? ""
                                        : " Default: " + text(key, key.defaultValue)));
            }
        }
        return ExitCodes.OK;
    }

    private static List<ConfigKey> keys() {
        ConfigDef all = AllSettings.define();
        return all.configKeys().values().stream()
                .sorted(Comparator.comparing((ConfigKey key) -> key.name))
                .toList();
    }

    private static Map<String, Object> fields(ConfigKey key, String value) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("key", key.name);
        fields.put("type", type(key));
        fields.put("default", text(key, key.defaultValue));
        fields.put("value", value);
        fields.put("doc", key.documentation);
        return fields;
    }

    private static String type(ConfigKey key) {
        return key.type.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Returns a value as text. A password prints as {@code [hidden]} by Kafka's own rule. */
    private static String text(ConfigKey key, @Nullable Object value) {
        return Objects.toString(ConfigDef.convertToString(value, key.type), "");
    }
}
