package io.twinstream.schemas.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** This is the rule for a setting that holds the URL of an HTTP server, or nothing. */
public final class HttpUrl implements ConfigDef.Validator {
    private final String example;
    private final boolean bare;

    private HttpUrl(String example, boolean bare) {
        this.example = example;
        this.bare = bare;
    }

    /** Makes a rule that takes any URL with a host, of http or https. */
    public static HttpUrl like(String example) {
        return new HttpUrl(example, false);
    }

    /** Makes a rule that takes a service's address: scheme, host and port, and nothing behind. */
    public static HttpUrl ofService() {
        return new HttpUrl("http://HOST:PORT", true);
    }

    @Override
    public void ensureValid(String name, Object value) {
        if (!value.equals("") && !isValid(value.toString())) {
            throw new ConfigException(
                    name, value, "must be a URL such as %s%s".formatted(example, bare ? ", without a path" : ""));
        }
    }

    private boolean isValid(String text) {
        try {
            URI url = new URI(text);
            return url.getHost() != null
                    && Set.of("http", "https")
                            .contains(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT))
                    && (!bare || isBare(url));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isBare(URI url) {
        return url.getUserInfo() == null
                && url.getRawPath().matches("/?")
                && url.getRawQuery() == null
                && url.getRawFragment() == null;
    }

    @Override
    public String toString() {
        return "a URL such as %s, or empty".formatted(example);
    }
}
