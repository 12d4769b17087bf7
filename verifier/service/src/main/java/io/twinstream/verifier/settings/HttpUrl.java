package io.twinstream.verifier.settings;

import java.net.URI;
import java.net.URISyntaxException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Where a service listens: scheme, host and port, nothing behind; or an empty text. */
public final class HttpUrl implements ConfigDef.Validator {
    HttpUrl() {}

    @Override
    public void ensureValid(String name, Object value) {
        if (!value.equals("") && !valid(value.toString())) {
            throw new ConfigException(name, value, "must be as http://HOST:PORT, without a path");
        }
    }

    private static boolean valid(String text) {
        try {
            URI uri = new URI(text);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getRawPath().matches("/?")
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "http://HOST:PORT";
    }
}
