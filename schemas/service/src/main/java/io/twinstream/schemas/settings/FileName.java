package io.twinstream.schemas.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** This is the rule for a setting that names a file or folder, whether it exists or not. */
public final class FileName implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, Object value) {
        List<?> files = value instanceof List<?> several ? several : List.of(value);
        for (Object file : files) {
            try {
                var unused = Path.of(file.toString());
            } catch (InvalidPathException e) {
                throw new ConfigException(name, value, "is no name that a file can have: " + e.getReason());
            }
        }
    }

    @Override
    public String toString() {
        return "a name that a file can have";
    }
}
