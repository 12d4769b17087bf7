package io.twinstream.schemas.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import org.apache.kafka.common.config.ConfigDef;

/** The settings about a schema registry, for those who run one. */
public final class RegistrySettings {
    public static final String URL = "schemas.registry.url";
    public static final String USERNAME = "schemas.registry.username";
    public static final String PASSWORD = "schemas.registry.password";
    public static final String TOKEN_URL = "schemas.registry.token.url";
    public static final String CLIENT_ID = "schemas.registry.client.id";
    public static final String CLIENT_SECRET = "schemas.registry.client.secret";
    public static final String CERTIFICATES = "schemas.registry.certificates";

    private RegistrySettings() {}

    /** Adds the declarations. */
    static ConfigDef define(ConfigDef definition) {
        return definition
                .define(
                        URL,
                        ConfigDef.Type.STRING,
                        "",
                        TracingSettings.url("http://127.0.0.1:8080/apis/registry/v3"),
                        MEDIUM,
                        "URL of an Apicurio Registry, http://127.0.0.1:8080/apis/registry/v3 for one beside: records are written in the Confluent wire format; empty: in Avro's single-object encoding.")
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
                        TracingSettings.url("https://login.example.org/token"),
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
                        LOW,
                        "PEM file with the certificates that the schema registry's own is trusted by; empty: those of the JDK.");
    }
}
