package io.twinstream.schemas.modelpackage;

import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.text.ForeignText;
import java.util.regex.Pattern;

/**
 * Identifies a model version. It is written {@code name/version}, which is the key of its release. Each part is 1 to 100 of
 * the characters {@code a-z A-Z 0-9 . _ -}.
 *
 * @param name the line of models
 * @param version the version, unique within the name
 */
public record ModelId(String name, String version) {
    private static final Pattern PART = Pattern.compile("[a-zA-Z0-9._-]{1,100}");

    /** @throws IllegalArgumentException with one line, if a part breaks the rule */
    public ModelId {
        check("name", name);
        check("version", version);
    }

    public static ModelId of(Manifest manifest) {
        return new ModelId(manifest.name(), manifest.version());
    }

    /**
     * Returns the version that a release publishes.
     *
     * @throws IllegalArgumentException with one line, if name or version breaks the rule, since anyone can write to a topic
     */
    public static ModelId of(ModelRelease release) {
        return new ModelId(release.getName(), release.getVersion());
    }

    /** Reads {@code name/version}. */
    public static ModelId parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "a model is written NAME/VERSION, was '%s'".formatted(ForeignText.value(text)));
        }
        return new ModelId(text.substring(0, slash), text.substring(slash + 1));
    }

    /**
     * Checks that a package made from another one is not called like it.
     *
     * @throws IllegalArgumentException with one line, if it is
     */
    public void requireOtherThan(ModelId origin) {
        if (equals(origin)) {
            throw new IllegalArgumentException(
                    "the new version must differ from the package's own, %s: two packages of one version would be mistaken"
                            .formatted(origin));
        }
    }

    /** Returns the key of one piece of the package. */
    public String chunkKey(int index) {
        return this + "/" + index;
    }

    /** Returns {@code name/version}. */
    @Override
    public String toString() {
        return name + "/" + version;
    }

    private static void check(String part, String value) {
        if (!PART.matcher(value).matches()) {
            throw new IllegalArgumentException("a model's %s is 1 to 100 of the characters a-z A-Z 0-9 . _ -, was '%s'"
                    .formatted(part, ForeignText.value(value)));
        }
    }
}
