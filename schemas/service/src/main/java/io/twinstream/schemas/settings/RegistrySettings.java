package io.twinstream.schemas.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/**
 * Holds the settings about a schema registry, for installations that have one.
 *
 * @param url the registry's URL; empty where there is none
 * @param basic the user for basic authentication; empty for none
 * @param tokens where bearer tokens come from; empty where none are asked for
 * @param certificates the PEM file with the certificates that the registry's own is trusted by; empty for those of the JDK
 */
public record RegistrySettings(
        Optional<String> url, Optional<BasicUser> basic, Optional<TokenSource> tokens, Optional<Path> certificates) {
    /** This is a user for basic authentication. */
    public record BasicUser(String name, Password password) {}

    /** This is the OAuth 2 endpoint that gives bearer tokens for a client's credentials. */
    public record TokenSource(String url, String clientId, Password clientSecret) {}

    public static final String URL = "schemas.registry.url";
    public static final String USERNAME = "schemas.registry.username";
    public static final String PASSWORD = "schemas.registry.password";
    public static final String TOKEN_URL = "schemas.registry.token.url";
    public static final String CLIENT_ID = "schemas.registry.client.id";
    public static final String CLIENT_SECRET = "schemas.registry.client.secret";
    public static final String CERTIFICATES = "schemas.registry.certificates";

    /** Holds the settings of an installation without a registry. */
    public static final RegistrySettings NONE =
            new RegistrySettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Declares the keys about a schema registry. */
    static ConfigDef define(ConfigDef definition) {
        return definition
                .define(
                        URL,
                        ConfigDef.Type.STRING,
                        "",
                        HttpUrl.like("http://127.0.0.1:8080/apis/registry/v3"),
                        MEDIUM,
                        "URL of an Apicurio Registry, http://127.0.0.1:8080/apis/registry/v3 for one on the same machine: records are written in the Confluent wire format; empty: in Avro's single-object encoding.")
                .define(
                        USERNAME,
                        ConfigDef.Type.STRING,
                        "",
                        MEDIUM,
                        "User for basic authentication at the schema registry; empty: none.")
                .define(
                        PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        "",
                        MEDIUM,
                        "Password for basic authentication at the schema registry.")
                .define(
                        TOKEN_URL,
                        ConfigDef.Type.STRING,
                        "",
                        HttpUrl.like("https://login.example.org/token"),
                        MEDIUM,
                        "URL of the OAuth 2 endpoint that gives clients with credentials bearer tokens for the schema registry; empty: none.")
                .define(
                        CLIENT_ID,
                        ConfigDef.Type.STRING,
                        "",
                        MEDIUM,
                        "Client id for the endpoint of schemas.registry.token.url.")
                .define(
                        CLIENT_SECRET,
                        ConfigDef.Type.PASSWORD,
                        "",
                        MEDIUM,
                        "Client secret for the endpoint of schemas.registry.token.url.")
                .define(
                        CERTIFICATES,
                        ConfigDef.Type.STRING,
                        "",
                        new FileName(),
                        LOW,
                        "PEM file with the certificates that vouch for the schema registry's own; empty: those of the JDK.");
    }

    /**
     * Reads and checks the settings about a schema registry.
     *
     * @throws SettingsException if the token endpoint has no client's id, or the file holds no certificates
     */
    static RegistrySettings of(Settings settings) {
        Optional<Path> certificates = settings.path(CERTIFICATES);
        Optional<String> tokenUrl = text(settings, TOKEN_URL);
        Optional<String> username = text(settings, USERNAME);
        Password password = settings.getPassword(PASSWORD);
        String clientId = settings.getString(CLIENT_ID);
        Password clientSecret = settings.getPassword(CLIENT_SECRET);
        Findings findings = new Findings();
        certificates.ifPresent(file -> findings.check(() -> PemFile.certificates(CERTIFICATES, file)));
        if (tokenUrl.isPresent() && clientId.isEmpty()) {
            findings.add("%s is %s and %s isn't set: set both, or neither where the registry asks for no token"
                    .formatted(TOKEN_URL, tokenUrl.get(), CLIENT_ID));
        }
        findings.refuseAny();
        return new RegistrySettings(
                text(settings, URL),
                username.map(name -> new BasicUser(name, password)),
                tokenUrl.map(url -> new TokenSource(url, clientId, clientSecret)),
                certificates);
    }

    private static Optional<String> text(Settings settings, String key) {
        String value = settings.getString(key);
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }
}
